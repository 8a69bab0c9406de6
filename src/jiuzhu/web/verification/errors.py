"""核对办不成的原因。"""

from jiuzhu.web.ground.errors import ServiceError


class VerificationError(ServiceError):
    """没有授权、没有数据、项目不在手册里。"""

    code = "verification"
