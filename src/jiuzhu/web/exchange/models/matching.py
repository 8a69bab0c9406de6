"""认人台：拿不准的行、各自的候选、人作的决定。两边的内容都加密存放。"""

import json
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .batch import Batch


class OfCounty(models.Model):
    """全县的事：只有管着整个县的岗位看得到，乡镇与部门看不到。"""

    division_code = models.CharField("哪个县", max_length=12)

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """管着这个县的。"""
        return scope.area_filter()


class MatchRow(OfCounty):
    """一行拿不准是谁的。内容相同的行（``row_code`` 相同）只问一次，``rows`` 是有几行。

    ``run_number`` 是最近一次还拿不准的监测；``settled_at`` 不空是后来的监测里不再拿不准（认清了，或没有再来）。
    """

    batch = models.ForeignKey(Batch, models.CASCADE, verbose_name="批次", related_name="+")
    source = models.CharField("来源", max_length=40)
    row = models.BigIntegerField("表头下第几行")
    rows = models.PositiveIntegerField("相同的行数", default=1)
    row_code = models.CharField("行的编号", max_length=17)
    content = EncryptedTextField("这一行")
    on_list = models.BooleanField("涉及在册对象", default=False)
    best = models.FloatField("最高的把握", default=0)
    run_number = models.PositiveIntegerField("第几次监测")
    asked_at = models.DateTimeField("首次提出", default=timezone.now)
    settled_at = models.DateTimeField("不再拿不准", null=True, blank=True)
    reopened_at = models.DateTimeField("有了新候选，再认一次", null=True, blank=True)

    objects = ScopedManager["MatchRow"]()

    class Meta:
        verbose_name = "待认的行"
        verbose_name_plural = "待认的行"
        ordering = ["-on_list", "-best", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["division_code", "source", "row_code"], name="one_question_a_row"),
        ]
        indexes = [models.Index(fields=["division_code", "-on_list", "-best", "id"], name="match_order")]

    def __str__(self) -> str:
        return f"待认 {self.pk}"

    @property
    def facts(self) -> dict[str, str]:
        """这一行的各项。"""
        return dict(json.loads(str(self.content) or "{}"))


class MatchCandidate(OfCounty):
    """一个候选。``household_id``、``classes`` 供打开他的档；``content`` 是总表里他的一行。"""

    match = models.ForeignKey(MatchRow, models.CASCADE, verbose_name="待认的行", related_name="candidates")
    person_id = models.CharField("人编号", max_length=40)
    household_id = models.CharField("户编号", max_length=40, blank=True)
    probability = models.FloatField("把握")
    rank = models.PositiveSmallIntegerField("次序")
    classes = ArrayField(models.CharField(max_length=24), verbose_name="现有类别", default=list, blank=True)
    content = EncryptedTextField("候选人")

    objects = ScopedManager["MatchCandidate"]()

    class Meta:
        verbose_name = "候选"
        verbose_name_plural = "候选"
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["match", "person_id"], name="one_candidate_a_person")]

    def __str__(self) -> str:
        return f"候选 {self.rank}"

    @property
    def facts(self) -> dict[str, str]:
        """候选人的各项。"""
        return dict(json.loads(str(self.content) or "{}"))


class MatchDecision(OfCounty):
    """一次决定：是 ``person_id``，或都不是（空文本，``rejected`` 是当时的候选）。

    涉及在册对象的要另一人同意才生效。``outcome`` 是最近一次监测照办的结果（engine.identity.decisions）。
    """

    match = models.ForeignKey(MatchRow, models.CASCADE, verbose_name="待认的行", related_name="decisions")
    person_id = models.CharField("是谁", max_length=40, blank=True)
    rejected = ArrayField(models.CharField(max_length=40), verbose_name="都不是", default=list, blank=True)
    needs_second = models.BooleanField("要另一人同意", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁认的", null=True, related_name="+")
    by_name = models.CharField("认的人", max_length=60)
    at = models.DateTimeField("时间", default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="谁同意", null=True, blank=True, related_name="+"
    )
    agreed_name = models.CharField("同意的人", max_length=60, blank=True)
    agreed_at = models.DateTimeField("同意时间", null=True, blank=True)
    refused = models.BooleanField("复核未同意", default=False)
    undone_at = models.DateTimeField("作废时间", null=True, blank=True)
    undone_name = models.CharField("作废的人", max_length=60, blank=True)
    undo_reason = models.CharField("作废理由", max_length=200, blank=True)
    outcome = models.CharField("最近一次照办的结果", max_length=16, blank=True)
    outcome_run = models.PositiveIntegerField("结果见于第几次监测", null=True, blank=True)

    objects = ScopedManager["MatchDecision"]()

    class Meta:
        verbose_name = "认人的决定"
        verbose_name_plural = "认人的决定"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["match"], name="one_open_decision_a_row", condition=Q(undone_at=None)),
            models.CheckConstraint(condition=Q(agreed_by=None) | ~Q(agreed_by=F("by")), name="match_takes_two_people"),
        ]
        indexes = [models.Index(fields=["division_code", "-at"], name="match_decided")]

    def __str__(self) -> str:
        return f"决定 {self.pk}"

    @property
    def state(self) -> str:
        """由各列得出：waiting 待复核、effective 生效、refused 复核未同意、undone 已撤销。"""
        if self.undone_at is not None:
            return "refused" if self.refused else "undone"
        return "waiting" if self.needs_second and self.agreed_at is None else "effective"

    @property
    def effective_at(self) -> datetime | None:
        """何时起生效；还没生效的为空。"""
        return (self.agreed_at if self.needs_second else self.at) if self.undone_at is None else None
