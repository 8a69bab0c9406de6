"""省、市核对平台的接口：县里的设置，一次次查询，收到的每一份回复。"""

from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .authorisation import OfHousehold
from .check import Check


class Connector(models.Model):
    """一个县接的一个平台。私钥、CA 证书放在 ``HOME/connectors``，这里只记文件名；``peer_key`` 是平台的公钥。"""

    division_code = models.CharField("哪个县", max_length=12)
    name = models.CharField("平台名称", max_length=60)
    url = models.URLField("接口地址", max_length=300)
    ca_file = models.CharField("CA 证书文件", max_length=80, blank=True)
    key_file = models.CharField("本县私钥文件", max_length=80)
    peer_key = models.TextField("平台的公钥")
    minutes = models.PositiveIntegerField("等多少分钟算超时", default=1440)
    is_active = models.BooleanField("启用", default=True)
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    objects: ScopedManager["Connector"] = ScopedManager()

    class Meta:
        verbose_name = "平台接口"
        verbose_name_plural = "平台接口"
        ordering = ["name"]
        default_permissions = ()
        permissions = [("manage_connector", "设置平台接口")]
        constraints = [models.UniqueConstraint(fields=["division_code", "name"], name="one_connector_a_name")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的。"""
        return scope.area_filter() if scope.areas else Q(pk__in=[])


class Enquiry(OfHousehold):
    """向平台查一户。``key`` 是幂等键：重试用同一个，平台只办一次。状态由各时间得出。

    ``answer`` 是平台答复的原文（加密），验过签名的才存。
    """

    connector = models.ForeignKey(Connector, models.PROTECT, verbose_name="平台", related_name="enquiries")
    check_run = models.ForeignKey(Check, models.CASCADE, verbose_name="核对", related_name="enquiries")
    key = models.UUIDField("幂等键", unique=True)
    asked_at = models.DateTimeField("查询时间")
    attempts = models.PositiveSmallIntegerField("问了几次", default=0)
    next_at = models.DateTimeField("下次问", null=True, blank=True)
    timed_out_at = models.DateTimeField("超时时间", null=True, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answer = EncryptedTextField("答复", default=b"", blank=True)
    answer_digest = models.CharField("答复摘要", max_length=64, blank=True)
    last_fault = models.CharField("上次没办成的原因", max_length=24, blank=True)

    objects: ScopedManager["Enquiry"] = ScopedManager()

    class Meta:
        verbose_name = "平台查询"
        verbose_name_plural = "平台查询"
        ordering = ["-asked_at", "-id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["connector", "check_run"], name="one_enquiry_a_check")]
        indexes = [models.Index(fields=["next_at"], name="enquiry_due", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return str(self.key)

    @property
    def is_late(self) -> bool:
        """超时之后才答复的：留着，注明迟到。"""
        return bool(self.answered_at and self.timed_out_at)

    @property
    def state(self) -> str:
        """``waiting answered late timed_out``。"""
        if self.answered_at:
            return "late" if self.is_late else "answered"
        return "timed_out" if self.timed_out_at else "waiting"


class Reply(models.Model):
    """平台每次回的话：收下的、重复的、签名不对的、对不上的、还在办的，都记一笔。"""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "收下"
        LATE = "late", "迟到，收下并注明"
        DUPLICATE = "duplicate", "重复，不再收"
        PENDING = "pending", "还在办"
        FORGED = "forged", "签名不对，拒收"
        MISMATCHED = "mismatched", "答非所问，拒收"
        MALFORMED = "malformed", "格式不对，拒收"
        UNREACHABLE = "unreachable", "连不上或等不到"
        REFUSED = "refused", "平台没有受理"

    enquiry = models.ForeignKey(Enquiry, models.CASCADE, verbose_name="查询", related_name="replies")
    division_code = models.CharField("所在地", max_length=12)
    at = models.DateTimeField("时间")
    outcome = models.CharField("结果", max_length=12, choices=Outcome)
    digest = models.CharField("内容摘要", max_length=64, blank=True)

    objects: ScopedManager["Reply"] = ScopedManager()

    class Meta:
        verbose_name = "平台的回复"
        verbose_name_plural = "平台的回复"
        ordering = ["at", "id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_outcome_display()

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的。"""
        return scope.area_filter() if scope.areas else Q(pk__in=[])
