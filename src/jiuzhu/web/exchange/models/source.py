"""一个来源在一个县的约定：多久报一次、迟了提醒过没有；记住的列对应；直接取数的数据库。"""

from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .batch import own_filter


class SourceSetting(models.Model):
    """一个来源多久报一次；没有这一行的按数据目录的说法。"""

    class Rhythm(models.TextChoices):
        DAYS = "days", "每隔几天"
        MONTH = "month", "每月几号之前"
        NEVER = "never", "不定期"

    division_code = models.CharField("哪个县", max_length=12)
    source = models.CharField("来源", max_length=40)
    organisation = models.ForeignKey(
        "divisions.Organisation", models.PROTECT, verbose_name="报送单位", null=True, blank=True, related_name="+"
    )
    rhythm = models.CharField("多久报一次", max_length=8, choices=Rhythm, default=Rhythm.MONTH)
    every_days = models.PositiveSmallIntegerField("每隔几天", default=31)
    month_day = models.PositiveSmallIntegerField("每月几号之前", default=10)

    objects = ScopedManager["SourceSetting"]()

    class Meta:
        verbose_name = "来源约定"
        verbose_name_plural = "来源约定"
        constraints = [
            models.UniqueConstraint(fields=["division_code", "source"], name="one_setting_a_source"),
            models.CheckConstraint(condition=Q(month_day__range=(1, 28)), name="month_day_exists_every_month"),
            models.CheckConstraint(condition=Q(every_days__range=(1, 400)), name="every_days_within_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.division_code} {self.source}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，或本单位的。"""
        return own_filter(scope)


class ColumnMapping(models.Model):
    """记住的列对应：这个县、这个单位、这样一行表头，上次是怎样对的。``header_digest`` 是归一后表头的摘要。"""

    division_code = models.CharField("哪个县", max_length=12)
    organisation = models.ForeignKey(
        "divisions.Organisation", models.PROTECT, verbose_name="报送单位", null=True, blank=True, related_name="+"
    )
    header_digest = models.CharField("表头摘要", max_length=64)
    source = models.CharField("来源", max_length=40)
    mapping = models.JSONField("表头 → 字段", default=dict)
    by_name = models.CharField("谁定的", max_length=60, blank=True)
    updated_at = models.DateTimeField("定的时间")

    objects = ScopedManager["ColumnMapping"]()

    class Meta:
        verbose_name = "记住的列对应"
        verbose_name_plural = "记住的列对应"
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "organisation", "header_digest"],
                name="one_mapping_a_header",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.header_digest[:8]}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，或本单位的。"""
        return own_filter(scope)


class Connection(models.Model):
    """一个来源直接从部门的数据库取数。口令加密存放，从不显示；只读、限时、限行。"""

    class Kind(models.TextChoices):
        POSTGRESQL = "postgresql", "PostgreSQL（含人大金仓、瀚高等）"
        MYSQL = "mysql", "MySQL（含 MariaDB 等）"
        SQLITE = "sqlite", "SQLite 文件"

    division_code = models.CharField("哪个县", max_length=12)
    source = models.CharField("来源", max_length=40)
    organisation = models.ForeignKey(
        "divisions.Organisation", models.PROTECT, verbose_name="报送单位", null=True, blank=True, related_name="+"
    )
    kind = models.CharField("数据库", max_length=12, choices=Kind)
    host = models.CharField("服务器地址", max_length=200, blank=True)
    port = models.PositiveIntegerField("端口", null=True, blank=True)
    database = models.CharField("库名", max_length=200)
    username = models.CharField("用户名", max_length=100, blank=True)
    password = EncryptedTextField("口令", null=True, blank=True)
    query = models.TextField("表名或查询语句", max_length=4000)
    mode = models.CharField("怎样用", max_length=12, default="full")
    every_days = models.PositiveSmallIntegerField("每隔几天取一次", default=0)
    at_hour = models.PositiveSmallIntegerField("几点取", default=2)
    timeout_seconds = models.PositiveIntegerField("最长几秒", default=600)
    row_limit = models.PositiveIntegerField("最多几行", default=2_000_000)
    enabled = models.BooleanField("启用", default=True)
    job_id = models.BigIntegerField("任务号", null=True, blank=True)
    tried_at = models.DateTimeField("最近一次取数", null=True, blank=True)
    tried_text = models.CharField("最近一次的结果", max_length=300, blank=True)
    tried_ok = models.BooleanField("最近一次成了", default=False)

    objects = ScopedManager["Connection"]()

    class Meta:
        verbose_name = "数据库连接"
        verbose_name_plural = "数据库连接"
        ordering = ["source"]
        constraints = [models.UniqueConstraint(fields=["division_code", "source"], name="one_connection_a_source")]

    def __str__(self) -> str:
        return f"{self.source} {self.get_kind_display()}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """只看所辖地方的：里面有别人的库在哪里。"""
        return scope.area_filter()
