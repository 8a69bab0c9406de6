"""救助链：与这一户有关的每一件事，按时间一条条记下；以及走访。"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager

from .household import OfHousehold
from .person import Person


class Event(OfHousehold):
    """救助链上的一环。``title``、``detail`` 里没有未遮挡的姓名、号码。

    ``source_kind``、``source_key`` 说明由哪里来（``monitoring.run``、``process.task``…）；同一来源同一种事只记一次。
    """

    class Kind(models.TextChoices):
        FOUND = "found", "发现"
        REPORTED = "reported", "上报"
        ASKED = "asked", "申请"
        VISITED = "visited", "走访"
        ORDERED = "ordered", "点单"
        SENT = "sent", "派单"
        ACCEPTED = "accepted", "接单"
        RETURNED = "returned", "退回"
        AIDED = "aided", "帮扶"
        FED_BACK = "fed_back", "反馈"
        CALLED = "called", "回访"
        DONE = "done", "办结"
        DECIDED = "decided", "决定"
        PAID = "paid", "发放"
        CHANGED = "changed", "变化"
        CLASS_IN = "class_in", "纳入"
        CLASS_OUT = "class_out", "退出"
        BAND = "band", "级别变化"
        JOINED = "joined", "成员增加"
        LEFT = "left", "成员减少"
        DIED = "died", "成员去世"
        CORRECTED = "corrected", "更正"
        MERGED = "merged", "合并"
        SPLIT = "split", "拆分"
        UNDONE = "undone", "撤销"

    person = models.ForeignKey(Person, models.SET_NULL, verbose_name="人", null=True, blank=True, related_name="events")
    at = models.DateTimeField("时间")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    title = models.CharField("事项", max_length=200)
    detail = models.JSONField("详情", default=dict, blank=True)
    source_kind = models.CharField("来源种类", max_length=40, blank=True)
    source_key = models.CharField("来源编号", max_length=120, blank=True)
    actor_name = models.CharField("经办人", max_length=60, blank=True)
    organisation = models.CharField("单位", max_length=80, blank=True)

    objects = ScopedManager["Event"]()

    class Meta:
        verbose_name = "救助链"
        verbose_name_plural = "救助链"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "source_kind", "source_key", "kind"],
                name="one_event_a_source",
                condition=~Q(source_key=""),
            ),
        ]
        indexes = [models.Index(fields=["household", "-at", "-id"], name="event_household")]

    def __str__(self) -> str:
        return self.title


class Visit(OfHousehold):
    """一次走访。附件挂在 ``registry.visit`` 名下。"""

    at = models.DateTimeField("走访时间", default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="走访人", null=True, related_name="+")
    by_name = models.CharField("走访人姓名", max_length=60)
    organisation = models.CharField("单位", max_length=80, blank=True)
    place = models.CharField("地点", max_length=100, blank=True)
    text = models.TextField("情况")

    objects = ScopedManager["Visit"]()

    class Meta:
        verbose_name = "走访"
        verbose_name_plural = "走访"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"走访 {self.pk}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的。"""
        return scope.area_filter()
