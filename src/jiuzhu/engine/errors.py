"""引擎错误的共同祖先:稳定的代码、说清何事何处怎么办的中文、结构化的上下文。"""


class EngineError(Exception):
    """引擎里一切可预见的错误。

    ``code`` 供程序判断,``message`` 给人看,``context`` 供日志(不含个人信息)。
    """

    code = "engine_error"

    def __init__(self, message: str, *, code: str | None = None, **context: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.context = context
