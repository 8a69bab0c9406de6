"""核对能做的事。别的部分只用这里的名字。"""

from .authorisations import authorisation_record, authorisation_withdraw, consent_record, consent_withdraw

__all__ = ["authorisation_record", "authorisation_withdraw", "consent_record", "consent_withdraw"]
