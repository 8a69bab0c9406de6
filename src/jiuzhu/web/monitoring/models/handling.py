"""预警与发现的处置:排除一条预警、一个发现核实的结果、一次监测之后的自动派单。

办到哪里不另记:有没有派单、办到哪一步,看派单;这里只记派单之外由人作的结论。
"""

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager

from .results import Finding
from .run import Run, same_county


class Verdict(models.Model):
    """一个人对一户（或一个发现）作的结论，可以撤回；撤回的留着，写明是谁、为什么。"""

    division_code = models.CharField("所在地", max_length=12)
    household_id = models.CharField("户编号", max_length=40)
    run = models.ForeignKey(Run, models.PROTECT, verbose_name="监测", related_name="+")
    words = models.TextField("情况说明", max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="经办人", null=True, related_name="+")
    by_name = models.CharField("经办人姓名", max_length=60)
    organisation = models.CharField("单位", max_length=80, blank=True)
    at = models.DateTimeField("时间")
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)
    undone_by = models.CharField("撤回人", max_length=60, blank=True)
    undone_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的户。"""
        return scope.area_filter()


class Closing(Verdict):
    """排除一条预警：不属实或不需要救助。也是回测规则的结论，所以留下当时的指标与得分。

    ``as_of`` 是所据监测的评估日期：同一天数据重算出来的预警仍算排除；以后的监测再报，另行处置。
    """

    class Reason(models.TextChoices):
        DATA_WRONG = "data_wrong", "数据有误"
        CHANGED = "changed", "情况已变，困难已消除"
        SECURED = "secured", "家庭已有保障"
        AIDED = "aided", "已在救助，政策已落实"
        GONE = "gone", "已去世、迁出或查无此户"

    as_of = models.DateField("评估日期")
    band = models.CharField("级别", max_length=8)
    score = models.FloatField("得分")
    indicators = ArrayField(models.CharField(max_length=40), verbose_name="命中指标", default=list)
    categories = ArrayField(models.CharField(max_length=40), verbose_name="指标类别", default=list)
    reason = models.CharField("原因", max_length=12, choices=Reason)

    class Meta:
        verbose_name = "预警排除"
        verbose_name_plural = "预警排除"
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["household_id", "as_of"], name="one_closing_a_warning", condition=Q(undone_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["household_id", "-at"], name="closing_household"),
            models.Index(fields=["at", "division_code"], name="closing_time"),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class FindingOutcome(Verdict):
    """一个发现核实下来是什么、怎么办的、每月省下或补给多少钱。

    ``per_month`` 是每月少发（停发、降档）或新给（纳入）的钱，``once`` 是一次性追回的钱。
    """

    class Outcome(models.TextChoices):
        STOPPED = "stopped", "属实，停发"
        LOWERED = "lowered", "属实，降档"
        RECOVERED = "recovered", "属实，追回"
        CORRECTED = "corrected", "属实，已更正数据"
        ADMITTED = "admitted", "符合条件，已纳入救助"
        DECLINED = "declined", "符合条件，本人不申请"
        UNTRUE = "untrue", "不属实"

    SAVES = (Outcome.STOPPED, Outcome.LOWERED, Outcome.RECOVERED)
    TRUE = (*SAVES, Outcome.CORRECTED, Outcome.ADMITTED, Outcome.DECLINED)

    kind = models.CharField("种类", max_length=30, choices=Finding.Kind)
    person_id = models.CharField("人编号", max_length=40, blank=True)
    outcome = models.CharField("核实结果", max_length=12, choices=Outcome)
    per_month = models.DecimalField("每月金额", max_digits=12, decimal_places=2, default=Decimal(0))
    once = models.DecimalField("追回金额", max_digits=12, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = "发现的核实结果"
        verbose_name_plural = "发现的核实结果"
        ordering = ["-at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "household_id", "person_id"], name="one_outcome_a_finding", condition=Q(undone_at=None)
            ),
            models.CheckConstraint(condition=Q(per_month__gte=0) & Q(once__gte=0), name="finding_money_not_negative"),
        ]
        indexes = [models.Index(fields=["at", "division_code"], name="finding_outcome_time")]

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def is_true(self) -> bool:
        """核实属实。"""
        return self.outcome in self.TRUE


class Dispatch(models.Model):
    """一次监测之后的自动派单：一户一户地派，停了可以接着派，已派的不会再派。"""

    run = models.OneToOneField(Run, models.CASCADE, verbose_name="监测", related_name="dispatch")
    job_id = models.BigIntegerField("任务号", null=True)
    total = models.PositiveIntegerField("要看的户", default=0)
    done = models.PositiveIntegerField("已看的户", default=0)
    opened = models.PositiveIntegerField("新派的单", default=0)
    joined = models.PositiveIntegerField("并入在办的单", default=0)
    skipped = models.PositiveIntegerField("没有派的户", default=0)
    created_at = models.DateTimeField("提出时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)
    error_text = models.TextField("没有完成的原因", blank=True)

    objects: ClassVar[ScopedManager["Dispatch"]] = ScopedManager()

    class Meta:
        verbose_name = "自动派单"
        verbose_name_plural = "自动派单"
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.run}的自动派单"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县的监测。"""
        return same_county(scope, "run__division_code")

    @property
    def percent(self) -> int:
        """进度，0–100。"""
        return min(100, self.done * 100 // self.total) if self.total else 100
