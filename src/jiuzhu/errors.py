"""运行与命令行的错误：给人看的中文，给脚本看的代码与退出码。"""


class JiuzhuError(Exception):
    """命令行见到它只打印 ``message`` 并以 ``exit_code`` 退出，不打印调用栈。

    ``code`` 稳定，供脚本判断；``context`` 供日志，不含个人信息。
    """

    code = "jiuzhu_error"
    exit_code = 1

    def __init__(self, message: str, *, code: str | None = None, **context: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.context = context
