"""账号、岗位、登录的办理。每一件都与审计同一事务。"""

from .accounts import (
    account_change,
    account_close,
    account_create,
    account_reopen,
    password_change,
    password_reset,
)
from .common import subject_of
from .locks import account_lock, account_unlock
from .posts import post_choose, post_end, post_grant
from .sessions import second_factor_reset, sessions_end

__all__ = [
    "account_change",
    "account_close",
    "account_create",
    "account_lock",
    "account_reopen",
    "account_unlock",
    "password_change",
    "password_reset",
    "post_choose",
    "post_end",
    "post_grant",
    "second_factor_reset",
    "sessions_end",
    "subject_of",
]
