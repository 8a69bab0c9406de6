"""授权核对与赡养（抚养、扶养）义务人的同意：没有它们，数据一行也不读。"""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField
from jiuzhu.web.registry.models import Household


class OfHousehold(models.Model):
    """一户授权、同意、核对的共同之处：谁看得到户就看得到它，部门只看转到本单位的户也不看这里。"""

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="+")
    division_code = models.CharField("所在地", max_length=12)

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的；不随转办给别的单位看。"""
        return scope.area_filter() if scope.areas else Q(pk__in=[])


class Authorisation(OfHousehold):
    """一户签的授权书（社会救助法第40条、第41条）。

    ``members``：``[{person_id, signer, relation, guardian_reason, refused}]``。``signer`` 空为本人签，
    不空是监护人的姓名，``relation`` 是与本人的关系。``document_digest`` 是所签文本连同签名的 SM3 摘要。
    """

    class Channel(models.TextChoices):
        SCREEN = "screen", "屏幕签名"
        PAPER = "paper", "纸质签名"

    number = models.CharField("授权书编号", max_length=60, unique=True)
    programmes = ArrayField(models.CharField(max_length=40), verbose_name="用于的项目")
    members = models.JSONField("签字人", default=list)
    channel = models.CharField("签名方式", max_length=8, choices=Channel, default=Channel.SCREEN)
    signed_at = models.DateTimeField("签署时间")
    place = models.CharField("签署地点", max_length=100)
    valid_from = models.DateField("有效期起")
    valid_until = models.DateField("有效期止")
    document_digest = models.CharField("文本摘要", max_length=64)
    recorded_name = models.CharField("经办人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects: ScopedManager["Authorisation"] = ScopedManager()

    class Meta:
        verbose_name = "核对授权"
        verbose_name_plural = "核对授权"
        ordering = ["-signed_at", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["household", "-signed_at"], name="authorisation_household")]
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=models.F("valid_from")), name="authorisation_period"),
        ]

    def __str__(self) -> str:
        return self.number

    def is_valid(self, on: date) -> bool:
        """这一天有效：没有撤回，在有效期之内。"""
        return self.withdrawn_at is None and self.valid_from <= on <= self.valid_until

    @property
    def signed_ids(self) -> set[str]:
        """签了的人（本人或监护人）。"""
        return {row["person_id"] for row in self.members if not row.get("refused")}


class ObligorConsent(OfHousehold):
    """户外的赡养（抚养、扶养）义务人同意核对（社会救助法第41条）。撤回、过期之后不再读他的数据。"""

    class Relation(models.TextChoices):
        CHILD = "child", "子女"
        PARENT = "parent", "父母"
        SPOUSE = "spouse", "配偶"
        GRANDCHILD = "grandchild", "孙子女、外孙子女"
        OTHER = "other", "其他"

    person_id = models.CharField("人编号", max_length=40)
    name = EncryptedTextField("姓名", default=b"")
    relation = models.CharField("与本户的关系", max_length=12, choices=Relation)
    document = models.CharField("同意书编号", max_length=60)
    document_digest = models.CharField("同意书摘要", max_length=64)
    signed_on = models.DateField("签署日期")
    valid_until = models.DateField("有效期止")
    recorded_name = models.CharField("经办人", max_length=60)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects: ScopedManager["ObligorConsent"] = ScopedManager()

    class Meta:
        verbose_name = "义务人的同意"
        verbose_name_plural = "义务人的同意"
        ordering = ["-signed_on", "-id"]
        default_permissions = ()
        indexes = [models.Index(fields=["household"], name="consent_household")]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "person_id"], condition=Q(withdrawn_at=None), name="one_consent_an_obligor"
            ),
        ]

    def __str__(self) -> str:
        return self.document
