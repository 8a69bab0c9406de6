"""流程定义：读、查、发布前的底线。纯 Python，不碰数据库。"""

from .conditions import next_of
from .load import Loaded, canonical, digest_of, load_processes, process_from, shipped_folder
from .model import KINDS, WHERE, Limit, Node, Outcome, Process, Urging
from .problems import DefinitionError

__all__ = [
    "KINDS",
    "WHERE",
    "DefinitionError",
    "Limit",
    "Loaded",
    "Node",
    "Outcome",
    "Process",
    "Urging",
    "canonical",
    "digest_of",
    "load_processes",
    "next_of",
    "process_from",
    "shipped_folder",
]
