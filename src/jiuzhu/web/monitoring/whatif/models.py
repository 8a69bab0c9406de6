"""一次政策测算：两部手册在同一批事实上各算一遍，谁进谁出、多花多少。留作记录，说明标准为什么这样定。

两部手册的原文、到户的明细在 ``RUNS_DIR/whatif/编号/`` 下（只有户编号，去敏），页面的数在 ``figures`` 里。
"""

from pathlib import Path

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.policies.models import RulebookVersion


class Costing(models.Model):
    """``version`` 是改后的，``against`` 是拿来比的（空为随程序发布的文本）；摘要是发起那一刻的，以后再改不跟着变。"""

    class Status(models.TextChoices):
        QUEUED = "queued", "等待后台"
        RUNNING = "running", "正在算"
        DONE = "done", "算完"
        FAILED = "failed", "没有算成"

    ACTIVE = (Status.QUEUED, Status.RUNNING)

    division_code = models.CharField("哪个县", max_length=12)
    number = models.PositiveIntegerField("测算编号")
    version = models.ForeignKey(RulebookVersion, models.PROTECT, verbose_name="改后的一版", related_name="+")
    version_digest = models.CharField("那时的摘要", max_length=64)
    against = models.ForeignKey(
        RulebookVersion, models.PROTECT, verbose_name="与哪一版比", null=True, blank=True, related_name="+"
    )
    against_name = models.CharField("与哪一版比", max_length=120)
    against_digest = models.CharField("那一版的摘要", max_length=64)
    run = models.ForeignKey(Run, models.PROTECT, verbose_name="用哪次监测的事实", related_name="+")
    standards_on = models.DateField("按哪天的标准")
    programmes = ArrayField(models.CharField(max_length=40), verbose_name="只算哪些项目", default=list, blank=True)
    note = models.CharField("为什么测算", max_length=300, blank=True)

    status = models.CharField("状态", max_length=10, choices=Status, default=Status.QUEUED)
    step = models.CharField("做到哪一步", max_length=40, blank=True)
    step_done = models.PositiveSmallIntegerField("做了几步", default=0)
    step_total = models.PositiveSmallIntegerField("共几步", default=0)
    job_id = models.BigIntegerField("后台任务", null=True, blank=True)
    error_text = models.TextField("为什么没有算成", blank=True)
    figures = models.JSONField("结果", default=dict)
    seconds = models.FloatField("用时", default=0)
    at = models.DateTimeField("发起时间", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", null=True, blank=True, related_name="+"
    )

    objects: ScopedManager["Costing"] = ScopedManager()

    class Meta:
        verbose_name = "政策测算"
        verbose_name_plural = "政策测算"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["division_code", "number"], name="one_costing_number_a_county"),
            models.UniqueConstraint(
                fields=["division_code"], condition=Q(status__in=["queued", "running"]), name="one_costing_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次测算"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """管着全县的岗位才看得到：里面有全县的户。"""
        return scope.area_filter()

    @property
    def folder(self) -> Path:
        """明细与两部手册所在的文件夹。"""
        return Path(settings.RUNS_DIR) / "whatif" / f"{self.division_code[:6]}-{self.number:05d}"

    @property
    def is_active(self) -> bool:
        """还在等或正在算。"""
        return self.status in self.ACTIVE

    @property
    def outdated(self) -> bool:
        """草稿在测算之后又改过。"""
        return self.version.digest != self.version_digest and self.version.published_at is None

    @property
    def step_percent(self) -> int:
        """进度条。"""
        return round(100 * self.step_done / self.step_total) if self.step_total else 0
