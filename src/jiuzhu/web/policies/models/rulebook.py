"""规则手册的版本：草稿 → 提交 → 发布（某日起施行）或退回。发布之后谁也改不了，数据库拒绝修改和删除。"""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager

COUNTY_WIDTH = 6


class State(models.TextChoices):
    """版本走到哪一步，由各时间列得出，不另存。"""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待发布"
    RETURNED = "returned", "已退回"
    PUBLISHED = "published", "已发布"
    DROPPED = "dropped", "已作废"


class RulebookVersion(models.Model):
    """一个县的规则手册的一个版本。``files``：相对路径 → YAML 原文；``digest`` 是它们的 SM3。

    ``editors`` 是改过它的账号，发布人不得在其中（数据库也查）。``shipped`` 是随程序发布的文本留的底，
    只作第一个草稿的对照，不是县里发布的。``revision`` 每改一次加一，两人同时改时后改的不会盖掉先改的。
    """

    division_code = models.CharField("哪个县", max_length=12)
    number = models.PositiveIntegerField("版本号")
    name = models.CharField("名称", max_length=80)
    note = models.TextField("改了什么、为什么", blank=True)
    based_on = models.ForeignKey(
        "self", models.PROTECT, verbose_name="从哪一版改起", null=True, blank=True, related_name="+"
    )
    files = models.JSONField("内容", default=dict)
    digest = models.CharField("摘要", max_length=64)
    revision = models.PositiveIntegerField("改动次数", default=0)
    editors = ArrayField(models.BigIntegerField(), verbose_name="改过的人", default=list, blank=True)
    shipped = models.BooleanField("随程序发布的文本", default=False)

    created_at = models.DateTimeField("建立时间", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="建立人", null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField("最近改动", default=timezone.now)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提交人", null=True, blank=True, related_name="+"
    )
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="退回人", null=True, blank=True, related_name="+"
    )
    return_reason = models.TextField("退回原因", blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发布人", null=True, blank=True, related_name="+"
    )
    in_force = models.DateField("施行日期", null=True, blank=True)
    dropped_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects: ScopedManager["RulebookVersion"] = ScopedManager()

    class Meta:
        verbose_name = "规则手册版本"
        verbose_name_plural = "规则手册版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["division_code", "number"], name="one_rulebook_number_a_county"),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | Q(shipped=True)
                | Q(published_by__isnull=False, submitted_at__isnull=False, in_force__isnull=False),
                name="rulebook_published_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(dropped_at=None), name="rulebook_published_is_not_dropped"
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 版" + (f"“{self.name}”" if self.name else "")

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县的手册：县里各岗位、所辖乡镇都看得到。"""
        wanted = Q(pk__in=[])
        for area in scope.areas:
            wanted |= Q(division_code__startswith=area[:COUNTY_WIDTH])
        return wanted

    @property
    def state(self) -> State:
        """走到哪一步。"""
        if self.published_at:
            return State.PUBLISHED
        if self.dropped_at:
            return State.DROPPED
        if self.submitted_at:
            return State.SUBMITTED
        return State.RETURNED if self.returned_at else State.DRAFT

    @property
    def can_edit(self) -> bool:
        """还能改：草稿或已退回。"""
        return self.state in {State.DRAFT, State.RETURNED}

    def applies(self, day: date) -> bool:
        """某天是否已经施行。"""
        return bool(self.published_at and self.in_force and self.in_force <= day)
