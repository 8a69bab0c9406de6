"""核对的模型。"""

from .authorisation import Authorisation, ObligorConsent
from .check import Check, Finding
from .objection import Objection

__all__ = ["Authorisation", "Check", "Finding", "Objection", "ObligorConsent"]
