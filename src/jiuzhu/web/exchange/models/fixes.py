"""就地改好的行。批次封存后不动，改动另记，取用时叠上去；撤销就是不再叠。"""

import json

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .batch import Batch, own_filter


class RowFix(models.Model):
    """一行的改动。``cells`` 是改后的各格（JSON，加密）；``columns`` 是改了哪几列的表头。

    ``was``、``now`` 是改前改后这一行的去向；``left`` 是改后还有的问题：``[{column, code}]``。
    同一行又改一次，前一次记为撤销。
    """

    class Via(models.TextChoices):
        DESK = "desk", "在页面上改"
        LIST = "list", "部门改好的清单"

    class Fate(models.TextChoices):
        ACCEPTED = "accepted", "收下"
        QUARANTINED = "quarantined", "仍隔离"
        IGNORED = "ignored", "不算数据"

    batch = models.ForeignKey(Batch, models.PROTECT, verbose_name="批次", related_name="fixes")
    division_code = models.CharField("哪个县", max_length=12)
    organisation = models.ForeignKey(
        "divisions.Organisation", models.PROTECT, verbose_name="报送单位", null=True, blank=True, related_name="+"
    )
    row = models.BigIntegerField("表头下第几行")
    via = models.CharField("怎样改的", max_length=8, choices=Via)
    cells = EncryptedTextField("改后的各格")
    columns = ArrayField(models.TextField(), verbose_name="改了哪几列", default=list)
    before_digest = models.BinaryField("改前摘要", max_length=32)
    after_digest = models.BinaryField("改后摘要", max_length=32)
    was = models.CharField("改前去向", max_length=12, choices=Fate)
    now = models.CharField("改后去向", max_length=12, choices=Fate)
    left = models.JSONField("还有的问题", default=list, blank=True)
    reason = models.CharField("依据", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁改的", null=True, related_name="+")
    by_name = models.CharField("改的人", max_length=60)
    at = models.DateTimeField("时间", default=timezone.now)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_name = models.CharField("撤销人", max_length=60, blank=True)
    undo_reason = models.CharField("撤销理由", max_length=200, blank=True)

    objects = ScopedManager["RowFix"]()

    class Meta:
        verbose_name = "改动的行"
        verbose_name_plural = "改动的行"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="one_fix_a_row", condition=Q(undone_at=None)),
        ]

    def __str__(self) -> str:
        return f"第 {self.row} 行"

    @property
    def values(self) -> list[str | None]:
        """改后的各格。"""
        return list(json.loads(str(self.cells)))

    @property
    def is_clean(self) -> bool:
        """改好了：收下，而且没有剩下问题。"""
        return self.now == self.Fate.ACCEPTED and not self.left

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，或本单位报的。"""
        return own_filter(scope)
