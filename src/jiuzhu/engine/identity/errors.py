"""身份模块的错误。"""

from __future__ import annotations

from jiuzhu.engine.errors import EngineError


class IdentityProblem(EngineError):
    """身份模块不能继续:县密钥不合要求,或编号相撞。"""

    code = "identity"
