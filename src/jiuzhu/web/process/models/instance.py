"""一件事（实例）、它的分支、停计期限的时段。"""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from jiuzhu.web.access.scope import WHOLE_COUNTRY
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation

from .definition import Definition

if TYPE_CHECKING:
    from jiuzhu.web.process.definition import Process

ZERO = bytes(32)


class Instance(models.Model):
    """一件事，按发起时的流程版本走到底。

    ``subject_*`` 指明是谁的什么事（别的部分的一行），``subject_label`` 已遮挡；``data`` 只放流程定义里声明的数据，
    不放个人信息。
    ``organisations`` 是首问与经手过的单位，行级权限只看本行，不必去查任务表。
    办没办完看 ``ended_at``，不另记状态。``event_seq``、``event_head`` 是事件链的末尾。
    """

    definition = models.ForeignKey(Definition, models.PROTECT, verbose_name="流程", related_name="+")
    subject_kind = models.CharField("事由种类", max_length=60)
    subject_key = models.CharField("事由编号", max_length=60)
    subject_label = models.CharField("事由", max_length=120)
    division_code = models.CharField("所在区划", max_length=12)
    county_code = models.GeneratedField(
        expression=Left("division_code", 6), output_field=models.CharField("所在县", max_length=6), db_persist=True
    )
    data = models.JSONField("数据", default=dict, blank=True)
    first_organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="首问单位", null=True, blank=True, related_name="+"
    )
    first_role = models.CharField("首问角色", max_length=24, blank=True)
    organisations = ArrayField(models.BigIntegerField(), verbose_name="经手单位", default=list, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField("发起时间")
    limit_from_at = models.DateTimeField("全程期限起算", null=True, blank=True)
    due_at = models.DateTimeField("全程到期", null=True, blank=True)
    paused_at = models.DateTimeField("停计自", null=True, blank=True)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=40, blank=True)
    changed_at = models.DateTimeField("最近变动")
    event_seq = models.PositiveIntegerField("事件数", default=0)
    event_head = models.BinaryField("事件链末尾", max_length=32, default=ZERO)

    objects: ScopedManager["Instance"] = ScopedManager()

    class Meta:
        verbose_name = "流程事项"
        verbose_name_plural = "流程事项"
        ordering = ["-opened_at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="instance_subject"),
            models.Index(fields=["division_code", "-changed_at"], name="instance_place"),
            models.Index(fields=["county_code", "due_at"], name="instance_due", condition=Q(ended_at=None)),
            models.Index(fields=["changed_at"], name="instance_changed"),
            GinIndex(fields=["organisations"], name="instance_offices"),
        ]

    def __str__(self) -> str:
        return f"{self.definition.title}：{self.subject_label}"

    @classmethod
    def scope_filter(cls, scope: AccessScope) -> Q:
        """所辖之内的，本单位经手的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        return scope.area_filter() | Q(organisations__contains=[scope.organisation_id or 0])

    @property
    def process(self) -> "Process":
        """流程定义。"""
        return self.definition.process

    @property
    def is_open(self) -> bool:
        """还没办完。"""
        return self.ended_at is None

    @property
    def outcome_title(self) -> str:
        """结果的名称；撤回的写“已撤回”。"""
        node = self.process.by_code.get(self.outcome)
        return node.title if node else "已撤回" if self.ended_at else ""


class InstancePart(models.Model):
    """事项之下的行：看得到事项就看得到它。"""

    objects: ScopedManager[Any] = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: AccessScope) -> Q:
        """看得到的事项之下的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        return Q(instance_id__in=Instance.objects.within(scope).values("pk"))


class Scope(InstancePart):
    """一个分支：整件事的主干（没有上级），分头办理的一支，或送一个部门的一支。"""

    class State(models.TextChoices):
        OPEN = "open", "在办"
        DONE = "done", "已办完"
        WITHDRAWN = "withdrawn", "已撤回"

    instance = models.ForeignKey(Instance, models.CASCADE, verbose_name="事项", related_name="scopes")
    parent = models.ForeignKey(
        "self", models.CASCADE, verbose_name="上级分支", null=True, blank=True, related_name="children"
    )
    node = models.CharField("由哪一步分出", max_length=40, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name="所送单位", null=True, blank=True, related_name="+"
    )
    label = models.CharField("名称", max_length=120, blank=True)
    limit = models.CharField("另定的期限", max_length=10, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.OPEN)
    outcome = models.CharField("结果", max_length=40, blank=True)
    opened_at = models.DateTimeField("分出时间")
    ended_at = models.DateTimeField("办完时间", null=True, blank=True)

    class Meta:
        verbose_name = "分支"
        verbose_name_plural = "分支"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label or "主干"


class Pause(InstancePart):
    """一段停计。``task`` 为空是整件事停计；``whole`` 指连全程期限一起停。"""

    instance = models.ForeignKey(Instance, models.CASCADE, verbose_name="事项", related_name="pauses")
    task = models.ForeignKey(
        "process.Task", models.CASCADE, verbose_name="任务", null=True, blank=True, related_name="+"
    )
    whole = models.BooleanField("连全程一起停", default=False)
    reason = models.CharField("事由", max_length=40)
    title = models.CharField("事由名称", max_length=80)
    note = models.CharField("说明", max_length=300, blank=True)
    from_at = models.DateTimeField("自")
    to_at = models.DateTimeField("至", null=True, blank=True)

    class Meta:
        verbose_name = "停计"
        verbose_name_plural = "停计"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title
