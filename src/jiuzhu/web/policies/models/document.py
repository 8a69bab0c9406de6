"""政策文件：文号、发文机关、日期，何时施行、何时废止，管着哪些救助项目。文件本身加密存在库房里。"""

from datetime import date

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation

from .rulebook import COUNTY_WIDTH


class PolicyDocument(models.Model):
    """一份文件。``programmes`` 是它管着的项目代码；``ended_on`` 起不再有效。"""

    class State(models.TextChoices):
        CURRENT = "current", "现行"
        COMING = "coming", "还没施行"
        ENDED = "ended", "已废止"

    division_code = models.CharField("哪个县", max_length=12)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("发文机关", max_length=80)
    issued_on = models.DateField("发文日期")
    in_force_on = models.DateField("施行日期")
    ended_on = models.DateField("废止日期", null=True, blank=True)
    ended_why = models.CharField("为什么废止", max_length=200, blank=True)
    programmes = ArrayField(models.CharField(max_length=40), verbose_name="管着哪些项目", default=list, blank=True)
    note = models.CharField("要点", max_length=500, blank=True)
    changed_at = models.DateTimeField("最近改动", default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="登记人", null=True, blank=True, related_name="+"
    )

    objects: ScopedManager["PolicyDocument"] = ScopedManager()

    class Meta:
        verbose_name = "政策文件"
        verbose_name_plural = "政策文件"
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["division_code", "number"], condition=~Q(number=""), name="one_document_a_number"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("in_force_on")), name="document_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"《{self.title}》" + (f"（{self.number}）" if self.number else "")

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县的文件：县里各岗位、所辖乡镇都看得到。"""
        return same_county(scope)

    def state_on(self, day: date) -> State:
        """某天有没有效。"""
        if self.ended_on is not None and self.ended_on <= day:
            return self.State.ENDED
        return self.State.CURRENT if self.in_force_on <= day else self.State.COMING

    @property
    def state(self) -> State:
        """今天有没有效。"""
        return self.state_on(timezone.localdate())


def same_county(scope: Scope) -> Q:
    """同一个县的：管着全县的、所辖乡镇的岗位都算；不按地方的（部门）看本单位在哪个县。"""
    wanted = Q(pk__in=[])
    for area in scope.areas:
        wanted |= Q(division_code__startswith=area[:COUNTY_WIDTH])
    if not scope.areas and scope.organisation_id is not None:
        mine = Organisation.objects.filter(pk=scope.organisation_id).values_list("division_code", flat=True).first()
        wanted |= Q(division_code__startswith=(mine or "无")[:COUNTY_WIDTH])
    return wanted
