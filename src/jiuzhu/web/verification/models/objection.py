"""对核对结果的异议。办到哪里由流程得出；复核另立一次核对，两次都留着。"""

from django.db import models

from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.process.models import Instance

from .authorisation import OfHousehold
from .check import Check, Finding


class Objection(OfHousehold):
    """申请人经窗口提出的一次异议。证据是附件，挂在 ``verification.objection`` 名下。"""

    instance = models.OneToOneField(Instance, models.PROTECT, verbose_name="流程事项", related_name="objection")
    check_run = models.ForeignKey(Check, models.PROTECT, verbose_name="对哪次核对", related_name="objections")
    finding = models.ForeignKey(
        Finding, models.PROTECT, verbose_name="对哪一项", null=True, blank=True, related_name="objections"
    )
    words = models.TextField("怎么说的")
    raised_at = models.DateTimeField("提出时间")
    raised_name = models.CharField("登记人", max_length=60)
    recheck = models.OneToOneField(
        Check, models.PROTECT, verbose_name="复核", null=True, blank=True, related_name="answers"
    )

    objects: ScopedManager["Objection"] = ScopedManager()

    class Meta:
        verbose_name = "核对异议"
        verbose_name_plural = "核对异议"
        ordering = ["-raised_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["check_run"], name="objection_check")]

    def __str__(self) -> str:
        return f"异议 {self.pk}"
