"""批量核对：一张名单（某类、某乡镇在册的，或导入的）一次比对，供定期复核；要纸的再成批出报告。"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.registry.models import Household

from .authorisation import Authorisation, OfHousehold
from .check import Check


class BatchCheck(models.Model):
    """一次批量核对。只核对授权书仍有效的户；没有有效授权的列出来，不读数据。

    导入的名单只留下找到的户（``picked``）与有问题的行（``faults``：``[{row, number, text}]``，号码遮挡），原文件不留。
    """

    division_code = models.CharField("哪个县", max_length=12)
    area = models.CharField("哪个地方", max_length=12)
    listed = models.CharField("哪一类", max_length=24, blank=True)
    picked = ArrayField(models.BigIntegerField(), verbose_name="导入名单里的户", null=True, blank=True)
    file_name = models.CharField("名单文件", max_length=120, blank=True)
    file_rows = models.PositiveIntegerField("名单的行数", default=0)
    faults = models.JSONField("有问题的行", default=list, blank=True)
    programmes = ArrayField(models.CharField(max_length=40), verbose_name="核对的项目")
    run_number = models.PositiveIntegerField("数据是第几次监测的", null=True, blank=True)
    job_id = models.BigIntegerField("任务号", null=True, blank=True)
    total = models.PositiveIntegerField("户数", default=0)
    unauthorised = models.PositiveIntegerField("没有有效授权的户", default=0)
    started_at = models.DateTimeField("发起时间")
    started_name = models.CharField("发起人", max_length=60)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    milliseconds = models.PositiveIntegerField("比对用时", default=0)
    error_text = models.CharField("没有做成的原因", max_length=200, blank=True)
    papers_at = models.DateTimeField("出报告的时间", null=True, blank=True)
    papers_name = models.CharField("谁要出报告", max_length=60, blank=True)
    papers_wanted = models.PositiveIntegerField("要出几份", default=0)
    papers_done = models.PositiveIntegerField("办了几份", default=0)
    papers_fault = models.CharField("没有出成的原因", max_length=200, blank=True)

    objects: ScopedManager["BatchCheck"] = ScopedManager()

    class Meta:
        verbose_name = "批量核对"
        verbose_name_plural = "批量核对"
        ordering = ["-started_at", "-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"批量核对 {self.pk}"

    @property
    def seconds(self) -> str:
        """比对用了几秒。"""
        return f"{max(self.milliseconds, 100) / 1000:.1f}"

    @property
    def papers_running(self) -> bool:
        """正在出报告。"""
        return self.papers_done < self.papers_wanted and not self.papers_fault

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """县里的人看的。"""
        return scope.area_filter() if scope.areas else Q(pk__in=[])


class BatchRow(OfHousehold):
    """名单里的一户：各项目的结论，超标的条件名。``authorised`` 为假的没有核对。"""

    batch = models.ForeignKey(BatchCheck, models.CASCADE, verbose_name="批量核对", related_name="rows")
    household = models.ForeignKey(Household, models.CASCADE, verbose_name="户", related_name="+")
    authorised = models.BooleanField("有有效授权")
    authorisation = models.ForeignKey(
        Authorisation, models.PROTECT, verbose_name="授权书", null=True, blank=True, related_name="+"
    )
    check_run = models.ForeignKey(
        Check, models.PROTECT, verbose_name="逐项核对", null=True, blank=True, related_name="+"
    )
    note = models.CharField("没有出报告的原因", max_length=200, blank=True)
    conclusion = models.CharField("最重的结论", max_length=12, blank=True)
    conclusions = models.JSONField("各项目的结论", default=dict)

    objects: ScopedManager["BatchRow"] = ScopedManager()

    class Meta:
        verbose_name = "批量核对的一户"
        verbose_name_plural = "批量核对的一户"
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["batch", "household"], name="one_row_a_household")]
        indexes = [models.Index(fields=["batch", "conclusion", "id"], name="batch_conclusion")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.household_id}"
