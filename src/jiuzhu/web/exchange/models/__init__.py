"""数据交换：收到的文件、批次、来源的约定、记住的列对应、数据库连接；改动的行、认人台。"""

from .batch import Batch, ReceivedFile
from .fixes import RowFix
from .matching import MatchCandidate, MatchDecision, MatchRow
from .source import ColumnMapping, Connection, SourceSetting

__all__ = [
    "Batch",
    "ColumnMapping",
    "Connection",
    "MatchCandidate",
    "MatchDecision",
    "MatchRow",
    "ReceivedFile",
    "RowFix",
    "SourceSetting",
]
