"""各承办单位的一份：给它的情况、要它办的事、办了什么；和回访。"""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.process.models import Scope as Branch

from .order import OfOrder


class PartRow(OfOrder):
    """只归一个单位看的行：所辖之内的，和本单位的；别的承办单位看不到。"""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="承办单位", related_name="+")

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的，和本单位的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        return scope.area_filter() | Q(organisation_id=scope.organisation_id or 0)


class OrderPart(PartRow):
    """一个单位的一份。``branch`` 空着表示还没有派出（拟派）。

    ``indicators``：``[{code, name, category, reason}]``；``facts``：``[{name, value, source, date}]``，值带单位。
    """

    branch = models.OneToOneField(
        Branch, models.PROTECT, verbose_name="分支", null=True, blank=True, related_name="order_part"
    )
    indicators = models.JSONField("指标", default=list, blank=True)
    facts = models.JSONField("情况", default=list, blank=True)
    ask = models.CharField("要办的事", max_length=300)
    at = models.DateTimeField("列入时间")

    objects: ScopedManager["OrderPart"] = ScopedManager()

    class Meta:
        verbose_name = "承办单位的一份"
        verbose_name_plural = "承办单位的一份"
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["order", "organisation"], name="one_planned_part", condition=Q(branch__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["order"], name="part_order"),
            models.Index(fields=["organisation", "-at"], name="part_office"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}：{self.ask}"

    def merged(self, indicators: list[Any], facts: list[Any]) -> bool:
        """添上原来没有的指标与情况；同名的情况换成新的。返回有没有变。"""
        known = {item["code"] for item in self.indicators}
        fresh = [item for item in indicators if item["code"] not in known]
        latest = {item["name"]: item for item in self.facts} | {item["name"]: item for item in facts}
        changed = bool(fresh) or list(latest.values()) != self.facts
        self.indicators, self.facts = [*self.indicators, *fresh], list(latest.values())
        return changed


class Measure(PartRow):
    """办的一项措施：给了什么、多少、何时；核查派单里是停发、降档、追回。材料挂在 ``orders.part`` 名下。"""

    class Kind(models.TextChoices):
        CASH = "cash", "现金"
        GOODS = "goods", "实物"
        SERVICE = "service", "服务"
        RELIEF = "relief", "减免"
        SCHEME = "scheme", "纳入制度"
        STOP = "stop", "停发"
        LOWER = "lower", "降档"
        RECOVER = "recover", "追回"
        OTHER = "other", "其他"

    class Period(models.TextChoices):
        ONCE = "once", "一次"
        MONTH = "month", "每月"
        YEAR = "year", "每年"

    part = models.ForeignKey(OrderPart, models.CASCADE, verbose_name="一份", related_name="measures")
    kind = models.CharField("种类", max_length=8, choices=Kind)
    programme = models.CharField("政策或项目", max_length=80)
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2, null=True, blank=True)
    period = models.CharField("多久一次", max_length=6, choices=Period, default=Period.ONCE)
    quantity = models.DecimalField("数量", max_digits=10, decimal_places=2, null=True, blank=True)
    unit = models.CharField("单位", max_length=12, blank=True)
    on = models.DateField("日期")
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", null=True, related_name="+")
    by_name = models.CharField("登记人姓名", max_length=60)
    at = models.DateTimeField("登记时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)

    objects: ScopedManager["Measure"] = ScopedManager()

    class Meta:
        verbose_name = "措施"
        verbose_name_plural = "措施"
        ordering = ["on", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="measure_amount_positive"),
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gt=0), name="measure_quantity_positive"),
        ]
        indexes = [models.Index(fields=["order"], name="measure_order"), models.Index(fields=["on"], name="measure_on")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.programme}"


class Asked(OfOrder):
    """一次回访：问了本户，解决没有、满不满意。"""

    class Solved(models.TextChoices):
        YES = "yes", "解决了"
        PARTLY = "partly", "解决了一部分"
        NO = "no", "没有解决"

    class How(models.TextChoices):
        VISIT = "visit", "上门"
        PHONE = "phone", "电话"
        WINDOW = "window", "来窗口"

    task_id = models.BigIntegerField("回访任务", unique=True)
    how = models.CharField("怎么问的", max_length=8, choices=How)
    solved = models.CharField("解决没有", max_length=8, choices=Solved)
    satisfaction = models.PositiveSmallIntegerField(
        "满意度", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    words = models.CharField("本户的话", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="回访人", null=True, related_name="+")
    by_name = models.CharField("回访人姓名", max_length=60)
    at = models.DateTimeField("回访时间")

    objects: ScopedManager["Asked"] = ScopedManager()

    class Meta:
        verbose_name = "回访"
        verbose_name_plural = "回访"
        ordering = ["-at", "-id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__range=(1, 5)), name="asked_satisfaction_one_to_five"
            ),
        ]
        indexes = [models.Index(fields=["order"], name="asked_order")]

    def __str__(self) -> str:
        return f"{self.get_solved_display()}（{self.at:%Y-%m-%d}）"
