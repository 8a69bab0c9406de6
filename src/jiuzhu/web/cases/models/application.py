"""一件申请：一户一次，可以同时申请几个项目。办到哪里由它的流程得出，这里不另记。"""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.crypto import EncryptedTextField
from jiuzhu.web.ground.masking import mask_name
from jiuzhu.web.process.models import Instance
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.verification.models import Authorisation, Check


class OfPlace(models.Model):
    """所辖之内的才看得到，不随转办给别的单位看。"""

    division_code = models.CharField("所在地", max_length=12)

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的。"""
        return scope.area_filter() if scope.areas else Q(pk__in=[])


class Application(OfPlace):
    """一件申请。没有 ``instance`` 的是草稿。

    ``answers``：``{"household": {名称: 值}, "persons": {人编号: {名称: 值}}}``，名称见规则手册的 ``questions.yaml``。
    ``statements``：``[{name, known, said, reason}]``，申请人对部门数据的说明，放在数据旁边，不盖掉数据。
    ``relatives``：``[{name, relation, office}]``，申报的近亲属（社会救助法第64条）。以上都加密存放。
    ``materials``：``[{name, why, how, state}]``，``state`` ∈ 空（没看）received missing。
    """

    class Channel(models.TextChoices):
        WINDOW = "window", "窗口"
        VILLAGE = "village", "村（社区）代办"
        VISIT = "visit", "上门"
        PHONE = "phone", "电话"

    number = models.CharField("申请号", max_length=24, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="+")
    applicant = models.ForeignKey(Person, models.PROTECT, verbose_name="申请人", related_name="+")
    channel = models.CharField("怎么申请的", max_length=8, choices=Channel, default=Channel.WINDOW)
    behalf_name = EncryptedTextField("代办人", default=b"", blank=True)
    behalf_relation = models.CharField("代办人是申请人的什么人", max_length=20, blank=True)
    words = EncryptedTextField("申请事由", default=b"", blank=True)
    answers_text = EncryptedTextField("回答", default=b"", blank=True)
    statements_text = EncryptedTextField("说明", default=b"", blank=True)
    relatives_text = EncryptedTextField("近亲属", default=b"", blank=True)
    basis_text = EncryptedTextField("按什么算的", default=b"", blank=True)
    has_relatives = models.BooleanField("有近亲属在经办机构工作", null=True, blank=True)
    materials = models.JSONField("材料", default=list, blank=True)
    return_by = models.DateField("补交期限", null=True, blank=True)
    instance = models.OneToOneField(
        Instance, models.PROTECT, verbose_name="流程事项", null=True, blank=True, related_name="application"
    )
    authorisation = models.ForeignKey(
        Authorisation, models.PROTECT, verbose_name="授权书", null=True, blank=True, related_name="+"
    )
    check_run = models.ForeignKey(Check, models.PROTECT, verbose_name="核对", null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="登记单位", related_name="+")
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", null=True, related_name="+"
    )
    opened_name = models.CharField("登记人姓名", max_length=60)
    opened_at = models.DateTimeField("开始登记")
    submitted_at = models.DateTimeField("申请时间", null=True, blank=True)
    closed_at = models.DateTimeField("了结时间", null=True, blank=True)
    closed_reason = models.CharField("了结原因", max_length=200, blank=True)

    objects: ScopedManager["Application"] = ScopedManager()

    class Meta:
        verbose_name = "申请"
        verbose_name_plural = "申请"
        ordering = ["-opened_at", "-id"]
        default_permissions = ()
        permissions = [
            ("view_application", "看申请"),
            ("start_application", "登记申请草稿"),
            ("open_application", "提交与受理申请"),
            ("consult_programmes", "政策咨询"),
        ]
        indexes = [
            models.Index(fields=["division_code", "-opened_at"], name="application_place"),
            models.Index(fields=["household", "-opened_at"], name="application_household"),
            models.Index(fields=["-opened_at"], name="application_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def who(self) -> str:
        """申请人，姓名遮挡。"""
        return mask_name(self.applicant.name)

    @property
    def is_draft(self) -> bool:
        """还没有提交，也没有撤下。"""
        return self.instance_id is None and self.closed_at is None

    @property
    def is_open(self) -> bool:
        """还在办。"""
        return self.closed_at is None

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """问来的答案。"""
        found = json.loads(str(self.answers_text)) if self.answers_text else {}
        return {"household": found.get("household", {}), "persons": found.get("persons", {})}

    @property
    def basis(self) -> dict[str, Any]:
        """提交那天的结论按什么算的：``{run_number, digest, answers}``；没有数据的为空。"""
        return dict(json.loads(str(self.basis_text))) if self.basis_text else {}

    @property
    def statements(self) -> list[dict[str, str]]:
        """申请人的说明。"""
        return list(json.loads(str(self.statements_text))) if self.statements_text else []

    @property
    def relatives(self) -> list[dict[str, str]]:
        """申报的近亲属。"""
        return list(json.loads(str(self.relatives_text))) if self.relatives_text else []


class Applied(OfPlace):
    """一件申请里的一个项目。按人的项目写明是谁。同一户（同一人）同一项目同时只办一件。

    ``answer`` 与 ``amount`` 是提交那天按当时的数据与手册算的，供以后对照；``words`` 是那句话。
    """

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申请", related_name="programmes")
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="+")
    code = models.CharField("项目代码", max_length=40)
    title = models.CharField("项目", max_length=60)
    kind = models.CharField("类别", max_length=20)
    person_id = models.CharField("人编号", max_length=40, blank=True)
    answer = models.CharField("按数据", max_length=8, default="unknown")
    amount = models.DecimalField("金额", max_digits=12, decimal_places=2, null=True, blank=True)
    period = models.CharField("多久一次", max_length=4, blank=True)
    words = models.CharField("怎么说", max_length=400, blank=True)
    closed_at = models.DateTimeField("了结时间", null=True, blank=True)

    objects: ScopedManager["Applied"] = ScopedManager()

    class Meta:
        verbose_name = "申请的项目"
        verbose_name_plural = "申请的项目"
        ordering = ["id"]
        default_permissions = ()
        indexes = [models.Index(fields=["application"], name="applied_application")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "code", "person_id"], condition=Q(closed_at=None), name="one_open_application"
            ),
        ]

    def __str__(self) -> str:
        return self.title
