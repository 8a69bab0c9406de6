"""一门受理的表。"""

from .application import Application, Applied
from .signature import Signature, SigningLink

__all__ = ["Application", "Applied", "Signature", "SigningLink"]
