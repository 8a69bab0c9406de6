"""谁在做：每次办理都带着它，审计照此落笔。"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """一名办事人此刻的身份：账号、所用岗位、单位、来处。后台任务没有账号。

    ``address`` 是来访地址；``request_id`` 与运行日志里的同名项对得上。
    """

    user_id: int | None
    name: str
    post_id: int | None = None
    post: str = ""
    organisation: str = ""
    address: str = ""
    request_id: str = ""

    @classmethod
    def system(cls, name: str) -> "Actor":
        """后台任务、命令行：没有账号，``name`` 说明是哪件事，如“监测”。"""
        return cls(user_id=None, name=f"系统（{name}）")
