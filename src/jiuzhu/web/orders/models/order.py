"""派单：一户（或一名还没有档案的人）要几个单位出力的一件事。办到哪里由它的流程得出，这里不另记。"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.process.models import Instance
from jiuzhu.web.registry.models import Household, Report


class Order(models.Model):
    """一张单。``words`` 是点单的人写的情况，只给首问单位看；各承办单位只看自己那一份（``OrderPart``）。

    没有档案的人：``person_name``、``phone`` 记在这里；由上报转来的另有 ``report``，姓名也抄在这里（承办单位看不到上报）。
    """

    class Kind(models.TextChoices):
        AID = "aid", "帮扶"
        CHECK = "check", "核查"

    class Origin(models.TextChoices):
        WARNING = "warning", "监测预警"
        FINDING = "finding", "数据发现"
        WINDOW = "window", "窗口"
        PHONE = "phone", "电话"
        FIELD = "field", "一线上报"
        POLICY = "policy", "政策找人"

    instance = models.OneToOneField(Instance, models.PROTECT, verbose_name="流程事项", related_name="order")
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", null=True, blank=True, related_name="orders"
    )
    report = models.ForeignKey(
        Report, models.PROTECT, verbose_name="上报", null=True, blank=True, related_name="orders"
    )
    person_name = models.CharField("姓名", max_length=60, blank=True)
    phone = EncryptedTextField("电话", default=b"", blank=True)
    place = models.CharField("具体地点", max_length=100, blank=True)
    division_code = models.CharField("所在地", max_length=12)
    origin = models.CharField("来源", max_length=10, choices=Origin)
    kind = models.CharField("种类", max_length=8, choices=Kind, default=Kind.AID)
    title = models.CharField("事由", max_length=80)
    words = models.TextField("情况", blank=True)
    urgent = models.BooleanField("紧急", default=False)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="点单人", null=True, blank=True, related_name="+"
    )
    opened_name = models.CharField("点单人姓名", max_length=60)
    opened_at = models.DateTimeField("点单时间")

    objects: ScopedManager["Order"] = ScopedManager()

    class Meta:
        verbose_name = "派单"
        verbose_name_plural = "派单"
        ordering = ["-opened_at", "-id"]
        default_permissions = ()
        permissions = [
            ("view_order", "看派单"),
            ("open_order", "点单"),
            ("dispatch_order", "派单"),
            ("handle_order", "办理派单"),
            ("check_order", "核对派单"),
            ("ask_household", "回访"),
            ("change_setting", "派单设置"),
        ]
        indexes = [
            models.Index(fields=["division_code", "-opened_at"], name="order_place"),
            models.Index(fields=["household", "-opened_at"], name="order_household"),
            models.Index(fields=["-opened_at"], name="order_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的，本单位经手的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        return scope.area_filter() | Q(instance__organisations__contains=[scope.organisation_id or 0])

    @property
    def number(self) -> str:
        """单号：``P2026-000123``。"""
        return f"P{self.opened_at.year}-{self.pk:06d}"

    @property
    def who(self) -> str:
        """谁家，姓名遮挡。"""
        if self.household is not None:
            head = self.household.head
            return f"{mask_name(head.name)}家" if head else f"户 {self.household.household_id[-6:]}"
        return mask_name(self.person_name) if self.person_name else "姓名不详"

    @property
    def is_open(self) -> bool:
        """还没办结。"""
        return self.instance.ended_at is None


class OfOrder(models.Model):
    """一张单之下的行：看得到单就看得到它。"""

    order = models.ForeignKey(Order, models.CASCADE, verbose_name="派单", related_name="+")
    division_code = models.CharField("所在地", max_length=12)

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的，本单位经手的单的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        mine = Order.objects.within(scope).filter(instance__organisations__contains=[scope.organisation_id or 0])
        return scope.area_filter() | Q(order_id__in=mine.values("pk"))


class Source(OfOrder):
    """这张单由什么来：一条预警、一个发现、一次上报。同一来由只算一张单；后来的同类来由并进在办的单。"""

    kind = models.CharField("来由种类", max_length=40)
    key = models.CharField("来由编号", max_length=120)
    at = models.DateTimeField("时间")

    objects: ScopedManager["Source"] = ScopedManager()

    class Meta:
        verbose_name = "来由"
        verbose_name_plural = "来由"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_order_a_source")]
        indexes = [models.Index(fields=["order"], name="source_order")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
