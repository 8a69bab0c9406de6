"""收到的文件与批次。批次的状态由各列推出，不另存一份。"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.documents.models import PLACED, Kept
from jiuzhu.web.ground.crypto import EncryptedTextField


class Channel(models.TextChoices):
    """从哪条路来。"""

    UPLOAD = "upload", "上传"
    FOLDER = "folder", "文件夹"
    DATABASE = "database", "数据库"
    CORRECTION = "correction", "更正单"


class Mode(models.TextChoices):
    """与这个来源以前各批的关系。"""

    FULL = "full", "全量替换"
    SUPPLEMENT = "supplement", "补充"
    CORRECTION = "correction", "更正"


class State(models.TextChoices):
    """批次走到哪里。"""

    DRAFT = "draft", "待确认"
    QUEUED = "queued", "排队中"
    TAKING = "taking", "接收中"
    TAKEN = "taken", "已接收"
    FAILED = "failed", "未能接收"
    WITHDRAWN = "withdrawn", "已撤回"
    DROPPED = "dropped", "已放弃"


def own_filter(scope: Scope) -> Q:
    """所辖地方的，或本单位的。"""
    area = scope.area_filter()
    if scope.organisation_id is None or not area:
        return area
    return area | Q(organisation_id=scope.organisation_id)


class ReceivedFile(Kept):
    """一个收到的文件：原样加密存在库房，``digest`` 相同即内容相同。一个文件里几张数据表，就是几个批次。

    ``path`` 是在数据文件夹里的相对路径（文件夹渠道），``stamp`` 是当时的大小与改动时间。
    ``returned`` 不空的是部门改好传回的清单，不成批：accepted faulty unchanged unknown 是行数，batches 是改了哪几批。
    """

    channel = models.CharField("渠道", max_length=12, choices=Channel)
    file_name = models.CharField("文件名", max_length=300)
    path = models.CharField("文件夹里的位置", max_length=500, blank=True)
    stamp = models.CharField("文件的大小与时间", max_length=60, blank=True)
    source_hint = models.CharField("指定的来源", max_length=40, blank=True)
    received_at = models.DateTimeField("收到时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="报送账号", null=True, blank=True, related_name="+"
    )
    by_name = models.CharField("报送人", max_length=60, blank=True)
    job_id = models.BigIntegerField("任务号", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("做了几次", default=0)
    inspected_at = models.DateTimeField("看过的时间", null=True, blank=True)
    dropped_at = models.DateTimeField("放弃时间", null=True, blank=True)
    returned = models.JSONField("改好的清单办得怎样", default=dict, blank=True)
    error_code = models.CharField("错误代码", max_length=60, blank=True)
    error_text = models.TextField("错误说明", blank=True)

    objects = ScopedManager["ReceivedFile"]()

    class Meta:
        verbose_name = "收到的文件"
        verbose_name_plural = "收到的文件"
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["division_code", "digest"], name="received_digest"),
            models.Index(fields=["division_code", "path"], name="received_path"),
        ]
        constraints = [models.CheckConstraint(condition=PLACED, name="received_has_a_place")]

    def __str__(self) -> str:
        return self.file_name

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，或本单位的。"""
        return own_filter(scope)

    @property
    def is_waiting(self) -> bool:
        """还没有看完。"""
        return self.inspected_at is None and self.dropped_at is None and not self.error_code


class Batch(models.Model):
    """一个来源的一批数据。

    ``file_name`` 是引擎里的文件标签（县内同时在用的各批不重名）；``columns`` 逐列写明表头对应哪个字段、怎样对上的，
    ``mapping`` 是人改过的那些列（表头 → 字段，空文本为不用这一列）；``sample`` 是确认之前看的前若干行，确认后清空。
    ``counts`` 收好之后写入：rows_read rows_accepted rows_quarantined rows_ignored；``faults`` 是按原因数的问题。
    """

    number = models.PositiveIntegerField("批号")
    division_code = models.CharField("哪个县", max_length=12)
    organisation = models.ForeignKey(
        "divisions.Organisation", models.PROTECT, verbose_name="报送单位", null=True, blank=True, related_name="+"
    )
    received = models.ForeignKey(ReceivedFile, models.PROTECT, verbose_name="文件", related_name="batches")
    source = models.CharField("来源", max_length=40, blank=True)
    channel = models.CharField("渠道", max_length=12, choices=Channel)
    mode = models.CharField("怎样用", max_length=12, choices=Mode, default=Mode.FULL)
    file_name = models.CharField("文件", max_length=300)
    table = models.CharField("工作表", max_length=120, blank=True)
    data_date = models.DateField("数据日期", null=True, blank=True)
    received_at = models.DateTimeField("收到时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="报送账号", null=True, blank=True, related_name="+"
    )
    by_name = models.CharField("报送人", max_length=60, blank=True)
    content_digest = models.CharField("内容摘要", max_length=64)
    replaces = models.ForeignKey(
        "self", models.PROTECT, verbose_name="更正哪一批", null=True, blank=True, related_name="corrections"
    )

    rows_total = models.BigIntegerField("表头以下行数", default=0)
    encoding = models.CharField("编码", max_length=40, blank=True)
    guesses = models.JSONField("最接近的来源", default=list, blank=True)
    columns = models.JSONField("各列", default=list, blank=True)
    mapping = models.JSONField("改过的列", default=dict, blank=True)
    sample = EncryptedTextField("前若干行", null=True, blank=True)

    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    job_id = models.BigIntegerField("任务号", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("做了几次", default=0)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    step = models.CharField("当前步骤", max_length=80, blank=True)
    step_done = models.BigIntegerField("本步已完成", default=0)
    step_total = models.BigIntegerField("本步总数", default=0)
    taken_at = models.DateTimeField("收好时间", null=True, blank=True)
    counts = models.JSONField("行数", default=dict, blank=True)
    faults = models.JSONField("问题", default=list, blank=True)
    unknown_columns = ArrayField(models.TextField(), verbose_name="没有用上的列", default=list, blank=True)

    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)
    error_code = models.CharField("错误代码", max_length=60, blank=True)
    error_text = models.TextField("错误说明", blank=True)

    objects = ScopedManager["Batch"]()
    title = department = ""  # 来源的中文名与部门，显示前由数据目录补上
    is_current = False  # 现在用着，显示前由 selectors 补上

    class Meta:
        verbose_name = "数据批次"
        verbose_name_plural = "数据批次"
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["division_code", "number"], name="one_batch_a_number"),
            models.CheckConstraint(condition=PLACED, name="batch_has_a_place"),
        ]
        indexes = [
            models.Index(fields=["division_code", "source", "id"], name="batch_source"),
            models.Index(fields=["division_code", "-received_at"], name="batch_received"),
            models.Index(fields=["organisation", "-received_at"], name="batch_organisation"),
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 批"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，或本单位的。"""
        return own_filter(scope)

    @classmethod
    def state_filter(cls, state: str) -> Q:
        """处在某个状态的条件，与 ``state`` 一致。"""
        live = Q(withdrawn_at=None)
        sound = live & Q(error_code="")
        return {
            State.DROPPED: Q(withdrawn_at__isnull=False, confirmed_at=None),
            State.WITHDRAWN: Q(withdrawn_at__isnull=False, confirmed_at__isnull=False),
            State.FAILED: live & ~Q(error_code=""),
            State.TAKEN: sound & Q(taken_at__isnull=False),
            State.DRAFT: sound & Q(confirmed_at=None),
            State.QUEUED: sound & Q(confirmed_at__isnull=False, taken_at=None, started_at=None),
            State.TAKING: sound & Q(confirmed_at__isnull=False, taken_at=None, started_at__isnull=False),
        }[State(state)]

    @property
    def state(self) -> State:
        """走到哪里。"""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN if self.confirmed_at else State.DROPPED
        if self.error_code:
            return State.FAILED
        if self.taken_at is not None:
            return State.TAKEN
        if self.confirmed_at is None:
            return State.DRAFT
        return State.TAKING if self.started_at else State.QUEUED

    @property
    def state_label(self) -> str:
        """状态的中文。"""
        return str(self.state.label)

    @property
    def is_moving(self) -> bool:
        """在排队或接收。"""
        return self.state in (State.QUEUED, State.TAKING)

    @property
    def key(self) -> str:
        """在批次库里的名字。"""
        return f"{self.pk:09d}"

    @property
    def reconciles(self) -> bool:
        """读入 = 接受 + 隔离 + 忽略。"""
        parts = ("rows_accepted", "rows_quarantined", "rows_ignored")
        return bool(self.counts) and self.counts["rows_read"] == sum(self.counts[name] for name in parts)

    @property
    def step_percent(self) -> int:
        """本步进度，0–100。"""
        return min(100, round(self.step_done * 100 / self.step_total)) if self.step_total else 0


def states() -> list[tuple[str, str]]:
    """状态的下拉项。"""
    return [(item.value, str(item.label)) for item in State]
