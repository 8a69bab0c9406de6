"""审计的错误。前三种是写法不对，测试时就会遇到；不该让用户看见。"""

from jiuzhu.web.ground.errors import ServiceError


class AuditError(ServiceError):
    """审计没有记成；所在的事务应当回滚。"""

    code = "audit_failed"
    status = 500


class NotInTransaction(AuditError):
    """记审计时不在事务里。"""

    code = "audit_not_in_transaction"


class UndeclaredAction(AuditError):
    """动作没有在 ``AppConfig.audit_actions`` 里写明中文名。"""

    code = "audit_undeclared_action"


class PersonalDataInKey(AuditError):
    """对象的编号像是证件号、手机号或账号。"""

    code = "audit_personal_data_in_key"


class SealTooEarly(ServiceError):
    """这一天还没有过完，或更晚的日子已经封过。"""

    code = "audit_seal_too_early"
    status = 409
