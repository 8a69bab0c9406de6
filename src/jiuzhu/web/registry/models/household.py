"""户：一户一档的封面。"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Left

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.registry.sharing import seen

TOWN_WIDTH = 9  # 乡镇代码的位数


class Household(models.Model):
    """对象库里的一户，编号与监测结果里的相同。

    ``severity`` 是级别的次序（红 1 … 蓝 4，无 9），供排序。``reasons`` 是最近一次监测命中的指标，分值高的在前：
    ``[{indicator, name, category, points, person}]``，``person`` 是人编号或空。没有未遮挡的个人信息。
    """

    class Kind(models.TextChoices):
        MONITORED = "monitored", "在册"
        WARNED = "warned", "预警"
        DEMAND = "demand", "查询调入"
        REPORTED = "reported", "主动发现"
        FORMER = "former", "曾经在册"

    class Band(models.TextChoices):
        RED = "red", "红色"
        ORANGE = "orange", "橙色"
        YELLOW = "yellow", "黄色"
        BLUE = "blue", "蓝色"

    household_id = models.CharField("户编号", max_length=40, unique=True)
    head = models.ForeignKey(
        "registry.Person", models.SET_NULL, verbose_name="户主", null=True, blank=True, related_name="+"
    )
    division_code = models.CharField("所在地", max_length=12)
    address = models.CharField("住址", max_length=200, blank=True)
    size = models.PositiveSmallIntegerField("人口", default=0)
    kind = models.CharField("来历", max_length=10, choices=Kind)
    classes = ArrayField(models.CharField(max_length=24), verbose_name="现有类别", default=list, blank=True)
    band = models.CharField("预警级别", max_length=8, choices=Band, blank=True)
    severity = models.PositiveSmallIntegerField("级别次序", default=9)
    score = models.FloatField("得分", default=0)
    poverty_index = models.FloatField("贫困指数", null=True, blank=True)
    need_index = models.FloatField("需救助指数", null=True, blank=True)
    reasons = models.JSONField("命中的指标", default=list, blank=True)
    as_of = models.DateField("评估日期", null=True, blank=True)
    first_run_number = models.PositiveIntegerField("首次监测", null=True, blank=True)
    last_run_number = models.PositiveIntegerField("最近监测", null=True, blank=True)
    token_digest = models.CharField("查找词摘要", max_length=24, blank=True)
    changed_at = models.DateTimeField("最近变化")
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    township_code = models.GeneratedField(  # 由数据库算出；行级权限之下只有直接比一列才用得上索引
        expression=Left("division_code", TOWN_WIDTH),
        output_field=models.CharField(max_length=TOWN_WIDTH),
        db_persist=True,
        verbose_name="乡镇代码",
    )

    objects = ScopedManager["Household"]()

    class Meta:
        verbose_name = "户"
        verbose_name_plural = "户"
        ordering = ["severity", "-score", "household_id"]
        constraints = [
            models.CheckConstraint(condition=Q(division_code__regex=r"^[1-9][0-9]{11}$"), name="household_has_place"),
        ]
        indexes = [
            models.Index(fields=["severity", "-score", "household_id"], name="household_order"),
            models.Index(fields=["division_code", "severity", "-score", "household_id"], name="household_place"),
            models.Index(
                fields=["township_code", "severity", "-score", "household_id"],
                include=["division_code"],  # 行级权限要看它：在索引里，数户数就不必去翻表
                name="household_town_order",
            ),
            models.Index(fields=["-changed_at", "household_id"], name="household_changed"),
            models.Index(fields=["band", "-score", "household_id"], name="household_band"),
            models.Index(fields=["kind", "severity", "-score"], name="household_kind"),
        ]

    def __str__(self) -> str:
        return f"户 {self.household_id[-6:]}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的；加上转到本单位的。只管几个乡镇的按乡镇代码比，用得上按级别排好的索引。"""
        if scope.areas and all(len(area) == TOWN_WIDTH for area in scope.areas):
            return Q(township_code__in=scope.areas) if len(scope.areas) > 1 else Q(township_code=scope.areas[0])
        return seen(scope)


class OfHousehold(models.Model):
    """属于一户的记录：所在地随户，谁看得到户就看得到它。"""

    household = models.ForeignKey(Household, models.CASCADE, verbose_name="户", related_name="+")
    division_code = models.CharField("所在地", max_length=12)

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """同户。"""
        return seen(scope, "household__")
