"""运行日志：一行一个 JSON，先去掉个人信息再写出。网页、后台任务、管理命令、granian 共用。"""

from .context import bound
from .lines import Handler, Lines, OnlyFailures
from .scrub import scrub
from .setup import configure

__all__ = ["Handler", "Lines", "OnlyFailures", "bound", "configure", "scrub"]
