"""核对的模型。"""

from .authorisation import Authorisation, ObligorConsent
from .batch import BatchCheck, BatchRow
from .check import Check, Finding
from .connector import Connector, Enquiry, Reply
from .objection import Objection
from .recognition import Recognition

__all__ = [
    "Authorisation",
    "BatchCheck",
    "BatchRow",
    "Check",
    "Connector",
    "Enquiry",
    "Finding",
    "Objection",
    "ObligorConsent",
    "Recognition",
    "Reply",
]
