"""谁在做：每次办理都带着它，审计照此落笔。"""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Actor:
    """一名办事人此刻的身份：账号、所用岗位、单位、来处。后台任务没有账号。

    ``address`` 是来访地址；``request_id`` 与运行日志里的同名项对得上。``division_code`` 是岗位的片区（十二位），
    审计由此知道是哪个县的事；不属于哪个县的（封条、换密钥）为空。
    """

    user_id: int | None
    name: str
    post_id: int | None = None
    post: str = ""
    organisation: str = ""
    address: str = ""
    request_id: str = ""
    division_code: str = ""

    @classmethod
    def system(cls, name: str, *, division_code: str = "") -> Self:
        """后台任务、命令行：没有账号，``name`` 说明是哪件事，如“监测”；知道是哪个县的就写上。"""
        return cls(user_id=None, name=f"系统（{name}）", division_code=division_code)

    def at(self, division_code: str) -> Self:
        """没有片区的（后台任务、未登录的人）记到这里；已有的不变。"""
        return self if self.division_code else replace(self, division_code=division_code)
