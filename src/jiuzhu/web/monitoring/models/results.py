"""一次监测发出的预警、发现的问题。"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager

from .run import Run


class Placed(models.Model):
    """带所在地的记录:乡镇码九位、村码十二位,名称随当期数据留存。

    ``division_code`` 是看得到它的依据:有村写村,村不详写县。
    """

    division_code = models.CharField("所在地", max_length=12)
    township_code = models.CharField("乡镇代码", max_length=9, blank=True)
    township = models.CharField("乡镇", max_length=60, blank=True)
    village_code = models.CharField("村代码", max_length=12, blank=True)
    village = models.CharField("村", max_length=60, blank=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的户。"""
        return scope.area_filter()

    @property
    def place(self) -> str:
        """``河湾乡 柳树村``。"""
        return " ".join(part for part in (self.township, self.village) if part) or "所在村不详"


class HouseholdWarning(Placed):
    """一户一条预警。指标、部门按分值从高到低。"""

    class Band(models.TextChoices):
        RED = "red", "红色"
        ORANGE = "orange", "橙色"
        YELLOW = "yellow", "黄色"
        BLUE = "blue", "蓝色"

    run = models.ForeignKey(Run, models.CASCADE, related_name="warnings")
    warning_id = models.CharField("预警编号", max_length=60)
    household_id = models.CharField("户编号", max_length=40)
    band = models.CharField("级别", max_length=8, choices=Band)
    band_order = models.PositiveSmallIntegerField("级别次序")
    score = models.FloatField("得分")
    members = models.PositiveSmallIntegerField("人口")
    indicators = ArrayField(models.CharField(max_length=40), verbose_name="命中指标", default=list)
    categories = ArrayField(models.CharField(max_length=40), verbose_name="指标类别", default=list)
    departments = ArrayField(models.CharField(max_length=60), verbose_name="应知部门", default=list)

    reasons: list[str] = []  # 主要原因，显示前由指标名称补上
    url: str = ""  # 预警页的地址，显示前补上
    state = ""  # 办到哪里，由 selectors.with_state 补上
    before: str | None = None  # 上一次的级别，由 selectors.with_before 补上
    handling: Any = None  # 办到哪里的细节，显示前由 selectors.handlings 补上

    class Meta:
        verbose_name = "预警"
        verbose_name_plural = "预警"
        ordering = ["band_order", "-score", "household_id"]
        constraints = [models.UniqueConstraint(fields=["run", "warning_id"], name="one_warning_id_a_run")]
        indexes = [
            models.Index(fields=["run", "band_order", "-score", "household_id"], name="warning_order"),
            models.Index(fields=["run", "division_code", "band_order", "-score"], name="warning_place"),
            models.Index(fields=["run", "township_code"], name="warning_township"),
            models.Index(fields=["run", "household_id"], name="warning_household"),
            GinIndex(fields=["indicators"], name="warning_indicators"),
        ]

    def __str__(self) -> str:
        return f"{self.get_band_display()}预警 {self.household_id[-6:]}"


class Finding(Placed):
    """数据里看出的一个问题,如去世后仍在领取。``detail`` 是引擎给的根据。"""

    class Kind(models.TextChoices):
        DECEASED_RECEIVING = "deceased_receiving", "去世后仍在领取"
        PAID_TWICE = "paid_twice", "重复领取"
        SEVERAL_LISTS = "several_lists", "多头救助"
        PROPERTY_OVER_LIMIT = "property_over_limit", "财产超标"
        INCOME_OVER_LIMIT = "income_over_limit", "收入超标"
        ENTITLED_UNAIDED = "entitled_unaided", "符合条件未救助"

    run = models.ForeignKey(Run, models.CASCADE, related_name="findings")
    kind = models.CharField("种类", max_length=30, choices=Kind)
    household_id = models.CharField("户编号", max_length=40, blank=True)
    person_id = models.CharField("人编号", max_length=40, blank=True)
    detail = models.JSONField("根据", default=dict)

    words = ""  # 根据写成的一句话，显示前由 explained.finding_words 补上
    state = ""  # 办到哪里，由 selectors.findings_with_state 补上
    handling: Any = None  # 办到哪里的细节，显示前由 selectors.finding_handlings 补上

    class Meta:
        verbose_name = "数据发现"
        verbose_name_plural = "数据发现"
        ordering = ["kind", "township_code", "village_code", "household_id", "id"]
        indexes = [
            models.Index(fields=["run", "kind", "township_code"], name="finding_kind"),
            models.Index(fields=["run", "household_id"], name="finding_household"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
