"""区划、区划变更、机构。

区划一行是“某个代码在某段时间叫什么”：改名、撤并不改旧行，只写停用日期另起一行，所以任何一天的叫法都能再问到。
``valid_to`` 是停用的那一天，当天起不再有效。
"""

import uuid
from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils import timezone

from . import codes, departments

ALWAYS = date(2000, 1, 1)  # 不知道从何时起用时的起始日期


class Dated(models.Model):
    """有起止日期的记录。"""

    valid_from = models.DateField("启用日期", default=ALWAYS)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        abstract = True

    def in_force(self, on: date | None = None) -> bool:
        """某天（默认今天）是否有效。"""
        day = on or timezone.localdate()
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


def in_force_on(day: date) -> Q:
    """某天有效的条件。"""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


class Division(Dated):
    """一个区划代码在一段时间里的名称与归属。"""

    class Level(models.TextChoices):
        PROVINCE = codes.Level.PROVINCE.value, "省级"
        CITY = codes.Level.CITY.value, "市级"
        COUNTY = codes.Level.COUNTY.value, "县级"
        TOWNSHIP = codes.Level.TOWNSHIP.value, "乡级"
        VILLAGE = codes.Level.VILLAGE.value, "村级"

    class Kind(models.TextChoices):
        TOWN = "town", "镇"
        RURAL_TOWNSHIP = "rural_township", "乡"
        SUBDISTRICT = "subdistrict", "街道"
        VILLAGE = "village", "村"
        COMMUNITY = "community", "社区"

    class Origin(models.TextChoices):
        OFFICIAL = "official", "正式公布"
        DATA = "data", "由数据归纳"
        DEMO = "demo", "演示"

    code = models.CharField("代码", max_length=12)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=10, choices=Level)
    kind = models.CharField("类型", max_length=16, choices=Kind, blank=True)
    parent_code = models.CharField("上级代码", max_length=12, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    origin = models.CharField("来历", max_length=10, choices=Origin, default=Origin.OFFICIAL)

    class Meta:
        verbose_name = "区划"
        verbose_name_plural = "区划"
        ordering = ["code", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_division_a_code_and_day"),
            models.UniqueConstraint(fields=["code"], name="one_open_division_a_code", condition=Q(valid_to=None)),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="division_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{12}$"), name="division_code_is_twelve_digits"),
        ]
        indexes = [
            models.Index(fields=["parent_code", "code"], name="division_children"),
            models.Index(fields=["level", "code"], name="division_level"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def area(self) -> str:
        """所管片区（代码前缀）。"""
        return codes.area_prefix(self.code)


class DivisionChange(models.Model):
    """一次区划变更。``from_codes`` 停用，``to_codes`` 启用；改名时两边是同一个代码。"""

    class Kind(models.TextChoices):
        RENAME = "rename", "更名"
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"
        NEW = "new", "新设"
        ABOLISH = "abolish", "撤销"
        CODE_CHANGE = "code_change", "代码变更"

    date = models.DateField("生效日期")
    kind = models.CharField("种类", max_length=12, choices=Kind)
    from_codes = ArrayField(models.CharField(max_length=12), verbose_name="原代码", default=list, blank=True)
    to_codes = ArrayField(models.CharField(max_length=12), verbose_name="新代码", default=list, blank=True)
    document = models.CharField("文号", max_length=120, blank=True)
    note = models.CharField("说明", max_length=300, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = "区划变更"
        verbose_name_plural = "区划变更"
        ordering = ["date", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.document}".strip()


class Organisation(Dated):
    """一个机构：在编的单位、站点、社会组织。撤销的只写停用日期，不删除。"""

    class Kind(models.TextChoices):
        COUNTY_OFFICE = "county_office", "县级机关"
        DEPARTMENT = "department", "部门"
        BUREAU_UNIT = "bureau_unit", "内设股室"
        VERIFICATION_CENTRE = "verification_centre", "核对中心"
        TOWNSHIP_STATION = "township_station", "乡镇经办机构"
        VILLAGE_POINT = "village_point", "村级服务点"
        SOCIAL_ORGANISATION = "social_organisation", "社会组织"

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=40, blank=True)
    kind = models.CharField("类别", max_length=24, choices=Kind)
    department = models.CharField("部门", max_length=16, choices=departments.CHOICES, blank=True)
    division_code = models.CharField("所在区划", max_length=12, db_index=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name="上级", null=True, blank=True, related_name="children"
    )
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    is_active = models.GeneratedField(
        expression=IsNull(F("valid_to"), True), output_field=models.BooleanField("在用"), db_persist=True
    )

    class Meta:
        verbose_name = "机构"
        verbose_name_plural = "机构"
        ordering = ["division_code", "kind", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="organisation_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["kind", "division_code"], name="organisation_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """列表里的叫法：有简称用简称。"""
        return self.short_name or self.name

    @property
    def area(self) -> str:
        """所在片区（代码前缀）。"""
        return codes.area_prefix(self.division_code)


class DivisionStamp(models.Model):
    """区划表的版本：任何写入都由数据库触发器换一个新值，各进程据此知道手里的地名是否还新。"""

    stamp = models.UUIDField(default=uuid.uuid4)

    class Meta:
        verbose_name = "区划版本"
        verbose_name_plural = "区划版本"

    def __str__(self) -> str:
        return str(self.stamp)


class ImportFile(models.Model):
    """上传了、还没有确认的导入文件。确认或放弃后即删除，办理经过在审计里。"""

    class Kind(models.TextChoices):
        DIVISIONS = "divisions", "区划"
        ORGANISATIONS = "organisations", "机构"

    kind = models.CharField("种类", max_length=16, choices=Kind)
    name = models.CharField("文件名", max_length=200)
    division_code = models.CharField("哪里的", max_length=12)
    content = models.BinaryField("内容")
    uploaded_by = models.BigIntegerField("上传人账号", null=True, blank=True)
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = "待确认的导入文件"
        verbose_name_plural = "待确认的导入文件"
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.name
