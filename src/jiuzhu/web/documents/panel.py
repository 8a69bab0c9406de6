"""附件栏：嵌在别的页面里的一块，列出一件事项的附件，可以当场上传、撤下。

嵌它的页面已经查过这个人看得到这件事项；栏里带一张签了名的票，说明是谁、用哪个岗位、对哪件事项，
上传时凭票办理，所以改不了所属事项和地方。
"""

from dataclasses import dataclass
from typing import Any, Self

from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor

from . import selectors
from .errors import UploadError
from .kinds import PANEL_CHOICES
from .models import Upload

SALT = "jiuzhu.documents.panel"
HOURS = 12


@dataclass(frozen=True)
class Ticket:
    """对一件事项的附件，这个人可以做什么。"""

    subject_kind: str
    subject_key: str
    division_code: str
    writable: bool

    def sign(self, actor: Actor) -> str:
        """签成票；只有同一个人用同一个岗位、十二小时之内有效。"""
        body = [self.subject_kind, self.subject_key, self.division_code, self.writable, actor.user_id, actor.post_id]
        return signing.dumps(body, salt=SALT)

    @classmethod
    def read(cls, text: str, actor: Actor) -> Self:
        """验票；不对的抛 ``UploadError``。"""
        try:
            *ticket, user_id, post_id = signing.loads(text, salt=SALT, max_age=HOURS * 3600)
        except (signing.BadSignature, ValueError) as error:
            raise UploadError("页面停留过久，这一步没有办成。请刷新页面再做一次。", code="upload_ticket") from error
        if (user_id, post_id) != (actor.user_id, actor.post_id):
            raise UploadError("换过岗位了，这一步没有办成。请刷新页面再做一次。", code="upload_ticket", status=403)
        return cls(*ticket)


@dataclass
class Panel:
    """页面上的附件栏。``problems`` 是刚才没收下的文件与原因。"""

    ticket: Ticket
    actor: Actor
    scope: Scope
    can_add: bool
    can_view: bool
    chosen: str = ""
    problems: tuple[str, ...] = ()
    told: str = ""

    kinds = PANEL_CHOICES

    @property
    def token(self) -> str:
        """票。"""
        return self.ticket.sign(self.actor)

    def uploads(self) -> QuerySet[Upload]:
        """列出的附件；没有看附件权限的，只列自己传的。"""
        found = selectors.uploads(
            self.scope, subject_kind=self.ticket.subject_kind, subject_key=self.ticket.subject_key
        )
        return found if self.can_view else found.filter(uploaded_by_id=self.actor.user_id)


def panel_for(request: HttpRequest, ticket: Ticket, **told: Any) -> Panel:
    """这个请求的附件栏。"""
    user = request.user
    return Panel(
        ticket=ticket,
        actor=request.actor,  # type: ignore[attr-defined]
        scope=request.scope,  # type: ignore[attr-defined]
        can_add=ticket.writable and user.has_perm("documents.add_upload"),
        can_view=user.has_perm("documents.view_upload"),
        **told,
    )
