"""到部门的数据库取什么、取来了什么；真的去取在 ``databases``（它要载入数据库的库，较慢）。"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """到哪里取什么。``path`` 只有 SQLite 有。"""

    kind: str
    database: str
    query: str
    host: str = ""
    port: int | None = None
    username: str = ""
    password: str = ""
    path: Path | None = None
    timeout_seconds: int = 600
    row_limit: int = 2_000_000


@dataclass(frozen=True)
class Fetched:
    """取来的：列名、行数、列式文件的内容。"""

    columns: tuple[str, ...]
    rows: int
    data: bytes
