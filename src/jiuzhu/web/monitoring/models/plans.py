"""五个一:每一类预警有一名领导、一个专班、一套方案、一份责任、一个调度的节奏。"""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation

from .results import HouseholdWarning
from .run import COUNTY_WIDTH, same_county

QUIET_DAYS = 90


class Plan(models.Model):
    """一个县一类预警的五个一。改一次添一版，旧版留着；编号最大的一版有效。

    ``auto_bands`` 是自动派单的级别：预警以这一类为首、又是这几级的，一经发出即派单。``quiet_days`` 天之内办结过、
    排除过的户以同样原因再次预警，不自动派，留给人看。
    """

    class Rhythm(models.TextChoices):
        WEEKLY = "weekly", "每周调度一次"
        FORTNIGHTLY = "fortnightly", "每两周调度一次"
        MONTHLY = "monthly", "每月调度一次"
        QUARTERLY = "quarterly", "每季度调度一次"

    division_code = models.CharField("哪个县", max_length=12)
    category = models.CharField("预警类别", max_length=40)
    version = models.PositiveIntegerField("第几版")
    leader = models.ForeignKey(Post, models.PROTECT, verbose_name="牵头领导", null=True, blank=True, related_name="+")
    words = models.TextField("工作方案", max_length=4000, blank=True)
    duty = models.TextField("责任", max_length=2000, blank=True)
    rhythm = models.CharField("调度", max_length=12, choices=Rhythm, default=Rhythm.MONTHLY)
    limit_days = models.PositiveSmallIntegerField("办结时限（工作日）", default=20)
    auto_bands = ArrayField(
        models.CharField(max_length=8, choices=HouseholdWarning.Band), verbose_name="自动派单的级别", default=list
    )
    quiet_days = models.PositiveSmallIntegerField("多少天内不重复派单", default=QUIET_DAYS)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="修改人", null=True, related_name="+"
    )
    saved_by_name = models.CharField("修改人姓名", max_length=60)
    saved_at = models.DateTimeField("修改时间")

    objects: ClassVar[ScopedManager["Plan"]] = ScopedManager()

    class Meta:
        verbose_name = "五个一"
        verbose_name_plural = "五个一"
        ordering = ["category", "-version"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["division_code", "category", "version"], name="one_plan_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.category}类五个一"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县的；部门看得到所在县的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        if scope.areas or scope.organisation_id is None:
            return same_county(scope)
        place = Organisation.objects.filter(pk=scope.organisation_id).values_list("division_code", flat=True).first()
        return Q(division_code__startswith=place[:COUNTY_WIDTH]) if place else Q(pk__in=[])


class PlanMember(models.Model):
    """专班里的一家：哪个单位、谁负责、管什么。"""

    plan = models.ForeignKey(Plan, models.CASCADE, verbose_name="五个一", related_name="members")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="单位", related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, verbose_name="责任人", null=True, blank=True, related_name="+")
    duty = models.CharField("分工", max_length=200, blank=True)

    objects: ClassVar[ScopedManager["PlanMember"]] = ScopedManager()

    class Meta:
        verbose_name = "专班成员"
        verbose_name_plural = "专班成员"
        ordering = ["pk"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["plan", "organisation"], name="one_office_a_plan")]

    def __str__(self) -> str:
        return str(self.organisation)

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """看得到五个一就看得到专班。"""
        return Q(plan_id__in=Plan.objects.within(scope).values("pk"))
