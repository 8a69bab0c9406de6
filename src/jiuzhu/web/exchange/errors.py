"""数据交换的错误。"""

from jiuzhu.web.ground.errors import ServiceError


class ExchangeError(ServiceError):
    """文件收不下，或这一步办不成。"""

    code = "exchange"
