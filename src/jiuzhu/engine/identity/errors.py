"""身份模块的错误。"""

from __future__ import annotations


class IdentityProblem(Exception):
    """身份模块不能继续时的错误:`code` 稳定,文字说明出了什么事、为什么、怎么办。"""

    def __init__(self, code: str, message: str, **context: object) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.context = context
