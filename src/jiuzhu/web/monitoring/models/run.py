"""一次监测与它读的文件。"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager

COUNTY_WIDTH = 6


def same_county(scope: Scope, field: str = "division_code") -> Q:
    """范围所在县（或所辖各县）的行：乡镇、村也看得到本县有没有监测过。"""
    wanted = Q(pk__in=[])
    for area in scope.areas:
        wanted |= Q(**{f"{field}__startswith": area[:COUNTY_WIDTH]})
    return wanted


class Run(models.Model):
    """一次监测:从部门文件到预警。结果一经完成不再改动。

    ``as_of`` 发起时可以不给,由引擎取数据里最晚的日期。``data_digest`` 由所用各批的内容得出,相同即同一批数据。
    ``base`` 是可以照抄的上一次,``work`` 是引擎说的实际算法:全部还是部分、为什么、动了哪些来源、重算了多少户。
    ``attempts`` 是第几遍做:后台被杀的从头再做一遍,上一遍没有写下任何结果。
    ``rulebook_on`` 是用哪天施行的手册：评估过去某天的，用那天施行的一版；为空是监测当天的。``rulebook_since`` 是
    那一版的施行日期，为空是随程序发布的。``is_replay`` 是重演：评估日早于已有的监测，只供查看、对比，不派单，不动对象库，
    也不算“最近一次”。
    ``counts``、``seconds`` 是引擎报的计数与各步秒数;``summary`` 是入库时算好的各种分布,供页面直接画图。
    """

    class Status(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "监测中"
        DONE = "done", "已完成"
        FAILED = "failed", "未完成"
        INTERRUPTED = "interrupted", "已中断"

    class Trigger(models.TextChoices):
        MANUAL = "manual", "人工发起"
        MONTHLY = "monthly", "每月一次"
        BATCH = "batch", "新到一批"
        FIRST = "first", "首次启动"

    ACTIVE = (Status.QUEUED, Status.RUNNING)

    number = models.PositiveIntegerField("监测编号", unique=True)
    division_code = models.CharField("哪个县", max_length=12)
    status = models.CharField("状态", max_length=12, choices=Status, default=Status.QUEUED)
    as_of = models.DateField("评估日期", null=True, blank=True)
    folder = models.CharField("数据所在文件夹", max_length=500)
    data_digest = models.CharField("数据摘要", max_length=64, blank=True)
    out_dir = models.CharField("结果所在文件夹", max_length=500)
    engine = models.CharField("计算引擎", max_length=20, default="duckdb")
    is_demo = models.BooleanField("演示数据", default=False)
    previous = models.ForeignKey(
        "self", models.PROTECT, verbose_name="对照的上期", null=True, blank=True, related_name="+"
    )
    base = models.ForeignKey(
        "self", models.SET_NULL, verbose_name="照抄的上一次", null=True, blank=True, related_name="+"
    )
    trigger = models.CharField("怎样发起", max_length=12, choices=Trigger, default=Trigger.MANUAL)
    attempts = models.PositiveSmallIntegerField("做了几遍", default=0)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发起人", null=True, blank=True, related_name="+"
    )
    job_id = models.BigIntegerField("任务号", null=True, blank=True)

    rulebook_name = models.CharField("规则手册", max_length=80, blank=True)
    rulebook_version = models.CharField("规则手册版本", max_length=40, blank=True)
    rulebook_digest = models.CharField("规则手册摘要", max_length=80, blank=True)
    rulebook_on = models.DateField("用哪天施行的手册", null=True, blank=True)
    is_replay = models.BooleanField("重演", default=False)
    rulebook_since = models.DateField("手册施行日期", null=True, blank=True)

    created_at = models.DateTimeField("提出时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    step = models.CharField("当前步骤", max_length=80, blank=True)
    step_done = models.BigIntegerField("本步已完成", default=0)
    step_total = models.BigIntegerField("本步总数", default=0)

    counts = models.JSONField("计数", default=dict, blank=True)
    seconds = models.JSONField("各步秒数", default=dict, blank=True)
    work = models.JSONField("算法", default=dict, blank=True)
    rulebook = models.JSONField("规则手册目录", default=dict, blank=True)
    summary = models.JSONField("分布", default=dict, blank=True)

    error_code = models.CharField("错误代码", max_length=60, blank=True)
    error_text = models.TextField("错误说明", blank=True)

    objects: ScopedManager["Run"] = ScopedManager()
    shown: dict[str, Any] = {}  # 当前范围看得到的分布，由 selectors.with_shown 补上

    class Meta:
        verbose_name = "监测"
        verbose_name_plural = "监测"
        ordering = ["-number"]
        permissions = [("start_run", "发起监测")]
        constraints = [
            models.UniqueConstraint(Value(1), name="one_active_run", condition=Q(status__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次监测"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县的监测。"""
        return same_county(scope)

    @property
    def is_active(self) -> bool:
        """还在排队或进行。"""
        return self.status in self.ACTIVE

    @property
    def can_open(self) -> bool:
        """已完成,结果可看。"""
        return self.status == self.Status.DONE

    @property
    def is_partial(self) -> bool:
        """只重算了有变动的户。"""
        return bool(self.work.get("mode") == "partial")

    @property
    def elapsed(self) -> float | None:
        """从开始到结束的秒数;未结束为空。"""
        if self.started_at is None or self.finished_at is None:
            return None
        return (self.finished_at - self.started_at).total_seconds()

    @property
    def step_percent(self) -> int:
        """本步进度,0–100。"""
        return min(100, round(self.step_done * 100 / self.step_total)) if self.step_total else 0


class RunFile(models.Model):
    """监测读的一批。读入行数 = 接受 + 隔离 + 忽略。``source`` 为空表示没有认出或读不了。"""

    run = models.ForeignKey(Run, models.CASCADE, related_name="files")
    batch = models.ForeignKey(
        "exchange.Batch", models.PROTECT, verbose_name="批次", null=True, blank=True, related_name="+"
    )
    file = models.CharField("文件", max_length=300)
    source = models.CharField("来源", max_length=40, blank=True)
    encoding = models.CharField("编码", max_length=40, blank=True)
    rows_read = models.BigIntegerField("读入行数")
    rows_accepted = models.BigIntegerField("接受行数")
    rows_quarantined = models.BigIntegerField("隔离行数")
    rows_ignored = models.BigIntegerField("忽略行数")
    unknown_columns = ArrayField(models.TextField(), verbose_name="不认识的列", default=list)

    title = department = ""  # 来源的中文名与部门，显示前由数据目录补上
    objects: ScopedManager["RunFile"] = ScopedManager()

    class Meta:
        verbose_name = "数据文件"
        verbose_name_plural = "数据文件"
        ordering = ["source", "file"]
        constraints = [models.UniqueConstraint(fields=["run", "file"], name="one_row_a_file")]

    def __str__(self) -> str:
        return self.file

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县监测读的文件。"""
        return same_county(scope, "run__division_code")

    @property
    def reconciles(self) -> bool:
        """行数是否对平。"""
        return self.rows_read == self.rows_accepted + self.rows_quarantined + self.rows_ignored
