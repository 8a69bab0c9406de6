"""文书与附件的错误。"""

from jiuzhu.web.ground.errors import ServiceError


class PaperError(ServiceError):
    """文书排不出来。"""

    code = "paper"


class UploadError(ServiceError):
    """附件收不下。"""

    code = "upload"


class VaultError(ServiceError):
    """存着的文件读不出来：丢了、被改过，或缺密钥。"""

    code = "vault"
    status = 500
