"""受理办不成的事。"""

from jiuzhu.web.ground.errors import ServiceError


class CaseError(ServiceError):
    """登记、签名、受理时填得不对，或眼下不能办。"""

    code = "case_error"
