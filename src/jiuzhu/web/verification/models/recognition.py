"""部门之间的互认：只答“是不是、从何时起”，不给任何数。"""

from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper


class Recognition(models.Model):
    """答过的一次。问的单位看得到自己问过的；号码只存摘要。"""

    division_code = models.CharField("哪个县", max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="问的单位", related_name="+")
    id_number_index = models.BinaryField("证件号摘要", max_length=32)
    masked_name = models.CharField("姓名（遮挡）", max_length=60, blank=True)
    programme = models.CharField("哪一类", max_length=24)
    matter = models.CharField("办什么事", max_length=100)
    confirmed = models.BooleanField("是否在册")
    since = models.DateField("从何时起", null=True, blank=True)
    as_of = models.DateField("数据截至", null=True, blank=True)
    asked_at = models.DateTimeField("时间")
    asked_name = models.CharField("问的人", max_length=60)
    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="证明", null=True, blank=True, related_name="+")

    objects: ScopedManager["Recognition"] = ScopedManager()

    class Meta:
        verbose_name = "互认查询"
        verbose_name_plural = "互认查询"
        ordering = ["-asked_at", "-id"]
        default_permissions = ()
        permissions = [("ask_recognition", "查是不是救助对象")]
        indexes = [models.Index(fields=["organisation", "-asked_at"], name="recognition_mine")]

    def __str__(self) -> str:
        return f"互认 {self.pk}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本单位问过的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        return Q(organisation_id=scope.organisation_id) if scope.organisation_id else Q(pk__in=[])
