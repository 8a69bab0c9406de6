"""身份:部门文件的每一行属于谁。入口是 `link`。"""

from jiuzhu.engine.identity.decisions import Decisions
from jiuzhu.engine.identity.linkage import Linkage, link

__all__ = ["Decisions", "Linkage", "link"]
