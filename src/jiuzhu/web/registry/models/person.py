"""人：姓名与号码，在哪一户、哪一类的经历。"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .household import OfHousehold

INDEX_BYTES = 32


class Person(OfHousehold):
    """对象库里的一个人，编号与监测结果里的相同。

    证件号、电话、账号加密存放，另有查找摘要。``corrected`` 是人工更正过的字段，再装数据时不覆盖；
    ``merged_into`` 不空表示已并入另一人，只为撤销与改挂而留。
    """

    class Sex(models.TextChoices):
        MALE = "男", "男"
        FEMALE = "女", "女"

    person_id = models.CharField("人编号", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=60)
    sex = models.CharField("性别", max_length=2, choices=Sex, blank=True)
    birth_date = models.DateField("出生日期", null=True, blank=True)
    id_number = EncryptedTextField("证件号", default=b"", blank=True)
    id_number_index = models.BinaryField("证件号摘要", max_length=INDEX_BYTES, null=True, blank=True)
    phone = EncryptedTextField("电话", default=b"", blank=True)
    phone_index = models.BinaryField("电话摘要", max_length=INDEX_BYTES, null=True, blank=True)
    account = EncryptedTextField("银行账号", default=b"", blank=True)
    account_index = models.BinaryField("账号摘要", max_length=INDEX_BYTES, null=True, blank=True)
    address = models.CharField("住址", max_length=200, blank=True)
    relation = models.CharField("与户主关系", max_length=20, blank=True)
    alive = models.BooleanField("在世", default=True)
    died_on = models.DateField("去世日期", null=True, blank=True)
    corrected = ArrayField(models.CharField(max_length=20), verbose_name="更正过的字段", default=list, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, verbose_name="已并入", null=True, blank=True, related_name="+"
    )
    last_run_number = models.PositiveIntegerField("最近监测", null=True, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ScopedManager["Person"]()

    class Meta:
        verbose_name = "人"
        verbose_name_plural = "人"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["id_number_index"], name="person_id_number"),
            models.Index(fields=["phone_index"], name="person_phone"),
            models.Index(fields=["account_index"], name="person_account"),
        ]

    def __str__(self) -> str:
        return f"人 {self.person_id[-6:]}"

    def age(self, on: date | None = None) -> int | None:
        """某天（默认今天）的周岁；去世的算到去世那天。"""
        if self.birth_date is None:
            return None
        day = self.died_on or on or timezone.localdate()
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


class Membership(OfHousehold):
    """某人在某户的一段时间。``until`` 空表示现在还在。"""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name="人", related_name="memberships")
    relation = models.CharField("与户主关系", max_length=20, blank=True)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)
    run_number = models.PositiveIntegerField("由第几次监测得知", null=True, blank=True)

    objects = ScopedManager["Membership"]()

    class Meta:
        verbose_name = "成员经历"
        verbose_name_plural = "成员经历"
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], name="one_household_at_a_time", condition=Q(until=None)),
        ]

    def __str__(self) -> str:
        return f"{self.since} 起"


class ClassSpan(OfHousehold):
    """某户（某人）在某一类的一段时间。类别代码见类别字典；``since`` 空表示名单没有说从何时起。"""

    person = models.ForeignKey(
        Person, models.CASCADE, verbose_name="人", null=True, blank=True, related_name="class_spans"
    )
    code = models.CharField("类别", max_length=24)
    detail = models.CharField("档次", max_length=40, blank=True)
    since = models.DateField("起", null=True, blank=True)
    seen_on = models.DateField("首次见于")
    until = models.DateField("止", null=True, blank=True)
    source = models.CharField("来源", max_length=300, blank=True)
    run_number = models.PositiveIntegerField("由第几次监测得知", null=True, blank=True)

    objects = ScopedManager["ClassSpan"]()

    class Meta:
        verbose_name = "类别经历"
        verbose_name_plural = "类别经历"
        ordering = ["-seen_on", "code", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "code"], name="one_open_span_a_class", condition=Q(until=None)),
        ]
        indexes = [
            models.Index(fields=["code", "division_code", "household"], name="span_open", condition=Q(until=None)),
        ]

    def __str__(self) -> str:
        return self.code


class PersonCorrection(OfHousehold):
    """人工更正的一个字段：更正前后都加密存放，凭据与理由写明。"""

    person = models.ForeignKey(Person, models.CASCADE, verbose_name="人", related_name="corrections")
    field = models.CharField("字段", max_length=20)
    before = EncryptedTextField("更正前", default=b"", blank=True)
    after = EncryptedTextField("更正后", default=b"", blank=True)
    reason = models.CharField("理由", max_length=300)
    at = models.DateTimeField("更正时间", default=timezone.now)
    by_name = models.CharField("更正人", max_length=60)

    objects = ScopedManager["PersonCorrection"]()

    class Meta:
        verbose_name = "更正"
        verbose_name_plural = "更正"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.field

    @property
    def title(self) -> str:
        """字段的中文名。"""
        return str(Person._meta.get_field(self.field).verbose_name)  # type: ignore[union-attr]
