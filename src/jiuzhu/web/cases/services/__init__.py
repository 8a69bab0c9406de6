"""受理的写入。别的部分只用这里的名字。"""

from .accepting import application_accept, application_notice, application_submit
from .checking import application_check
from .filling import (
    application_answer,
    application_describe,
    application_state,
    materials_set,
    programme_remove,
)
from .linking import link_make, link_sign
from .opening import application_drop, application_open
from .reading import card_read, stranger_add
from .replaying import application_replay
from .signing import letters_issue, signature_add, signature_void

__all__ = [
    "application_accept",
    "application_answer",
    "application_check",
    "application_describe",
    "application_drop",
    "application_notice",
    "application_open",
    "application_replay",
    "application_state",
    "application_submit",
    "card_read",
    "letters_issue",
    "link_make",
    "link_sign",
    "materials_set",
    "programme_remove",
    "signature_add",
    "signature_void",
    "stranger_add",
]
