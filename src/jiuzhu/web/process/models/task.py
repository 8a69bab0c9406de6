"""任务：要某人在某日之前办的一件事，或等到某一刻的定时。全系统只有这一张待办表。"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.access.scope import WHOLE_COUNTRY
from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation

from .instance import Instance, Scope

if TYPE_CHECKING:
    from jiuzhu.web.process.definition import Node

OPEN_HUMAN = Q(done_at=None, kind="human")  # 下面的部分索引带上行级权限要看的列，计数与翻页不必回表


class Task(models.Model):
    """一项任务。没有 ``assignee`` 时，该单位该角色的人都看得到、都可认领。

    ``fire_at`` 是系统下一次要理会它的时刻：定时到点往下走，人办的到点催办。停计期间不理会，期限也不走。
    """

    class Kind(models.TextChoices):
        HUMAN = "human", "人办"
        TIMER = "timer", "定时"

    class Urge(models.IntegerChoices):
        NONE = 0, "未催"
        REMINDED = 1, "已催办"
        SUPERVISED = 2, "已督办"
        NOTIFIED = 3, "已通报"

    instance = models.ForeignKey(Instance, models.CASCADE, verbose_name="事项", related_name="tasks")
    scope = models.ForeignKey(Scope, models.CASCADE, verbose_name="分支", related_name="tasks")
    node = models.CharField("步骤", max_length=40)
    title = models.CharField("任务", max_length=80)
    kind = models.CharField("种类", max_length=8, choices=Kind)
    role = models.CharField("角色", max_length=24, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        verbose_name="承办单位",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    division_code = models.CharField("所在区划", max_length=12)
    county_code = models.GeneratedField(
        expression=Left("division_code", 6), output_field=models.CharField("所在县", max_length=6), db_persist=True
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="承办人",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    opened_at = models.DateTimeField("开始时间")
    limit = models.CharField("期限", max_length=10, blank=True)
    due_at = models.DateTimeField("到期时间", null=True, blank=True)
    fire_at = models.DateTimeField("系统下次理会的时刻", null=True, blank=True)
    paused_at = models.DateTimeField("停计自", null=True, blank=True)
    urge = models.PositiveSmallIntegerField("催办级别", choices=Urge, default=Urge.NONE)
    urge_told = models.PositiveSmallIntegerField("告诉过的级别", default=0, db_default=0)
    done_at = models.DateTimeField("办结时间", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="办结人",
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    companions = ArrayField(models.BigIntegerField(), verbose_name="同办人", default=list, blank=True)
    outcome = models.CharField("办理结果", max_length=40, blank=True)
    note = models.TextField("办理情况", blank=True)
    is_cancelled = models.BooleanField("不再办理", default=False)

    objects: ScopedManager["Task"] = ScopedManager()

    class Meta:
        verbose_name = "任务"
        verbose_name_plural = "任务"
        ordering = ["due_at", "id"]
        permissions = [
            ("complete_task", "办理任务"),
            ("open_instance", "发起事项"),
            ("delegate", "指派任务"),
            ("urge", "催办"),
            ("supervise", "督办"),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "organisation", "role", "due_at", "id"],
                include=["division_code", "paused_at"],
                name="task_mine",
                condition=OPEN_HUMAN,
            ),
            models.Index(
                fields=["organisation", "role", "due_at", "id"],
                include=["division_code", "assignee", "paused_at"],
                name="task_pool",
                condition=OPEN_HUMAN & Q(assignee=None),
            ),
            models.Index(
                fields=["organisation", "due_at", "id"],
                include=["division_code", "assignee"],
                name="task_office",
                condition=OPEN_HUMAN,
            ),
            models.Index(
                fields=["county_code", "due_at", "id"],
                include=["division_code", "organisation", "assignee"],
                name="task_county",
                condition=OPEN_HUMAN & Q(paused_at=None),
            ),
            models.Index(fields=["fire_at"], name="task_timer", condition=Q(done_at=None, paused_at=None)),
            models.Index(fields=["id"], name="task_untold", condition=Q(done_at=None, urge__gt=models.F("urge_told"))),
            models.Index(fields=["-urge", "due_at", "id"], name="task_urged", condition=Q(done_at=None, urge__gt=0)),
            models.Index(fields=["done_by", "-done_at"], name="task_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def scope_filter(cls, scope: AccessScope) -> Q:
        """所辖之内的，本单位的，归本人的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        return scope.area_filter() | Q(organisation_id=scope.organisation_id or 0) | Q(assignee_id=scope.user_id or 0)

    @property
    def definition(self) -> "Node":
        """流程定义里的这一步。"""
        return self.instance.process.node(self.node)

    @property
    def is_open(self) -> bool:
        """还没办结。"""
        return self.done_at is None

    @property
    def role_title(self) -> str:
        """角色的名称。"""
        return ROLES[self.role].title if self.role in ROLES else ""

    @property
    def outcome_title(self) -> str:
        """办理结果的名称。"""
        if self.is_cancelled:
            return "不再办理"
        if self.outcome == "sent":
            return "已分送"
        found = self.definition.outcome(self.outcome)
        return found.title if found else "到时" if self.done_at else ""
