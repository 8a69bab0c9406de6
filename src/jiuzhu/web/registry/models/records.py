"""经济状况、上报、合并拆分。"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .household import Household, OfHousehold
from .person import INDEX_BYTES, Person


class EconomySnapshot(OfHousehold):
    """某次监测得知的经济状况；与上一次相同就不另存。

    ``figures``：``[{code, title, category, value, unit, source, source_date, departments}]``，值未知的不列。
    """

    run_number = models.PositiveIntegerField("第几次监测", null=True, blank=True)
    as_of = models.DateField("评估日期")
    figures = models.JSONField("各项", default=list)
    digest = models.CharField("摘要", max_length=64)

    objects = ScopedManager["EconomySnapshot"]()

    class Meta:
        verbose_name = "经济状况"
        verbose_name_plural = "经济状况"
        ordering = ["-as_of", "-pk"]
        indexes = [models.Index(fields=["household", "-as_of", "-id"], name="economy_latest")]

    def __str__(self) -> str:
        return f"{self.as_of} 的经济状况"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的；部门要用的写在派给它的那一份里，这里的不给看。"""
        return scope.area_filter()


class Report(models.Model):
    """一线上报的一名有困难的人（社会救助法第39条）。办到哪里由它的流程得出，这里不另记。"""

    class Need(models.TextChoices):
        LIVING = "living", "吃穿困难"
        ILLNESS = "illness", "生病花钱多"
        DISABILITY = "disability", "残疾或失能"
        SCHOOL = "school", "孩子上学难"
        HOUSING = "housing", "住房不安全"
        WORK = "work", "没有工作"
        ALONE = "alone", "无人照料"
        DISASTER = "disaster", "受灾或意外"
        OTHER = "other", "其他困难"

    name = models.CharField("姓名", max_length=60)
    id_number = EncryptedTextField("证件号", default=b"", blank=True)
    id_number_index = models.BinaryField("证件号摘要", max_length=INDEX_BYTES, null=True, blank=True)
    phone = EncryptedTextField("电话", default=b"", blank=True)
    phone_index = models.BinaryField("电话摘要", max_length=INDEX_BYTES, null=True, blank=True)
    division_code = models.CharField("所在地", max_length=12)
    place = models.CharField("具体地点", max_length=100, blank=True)
    needs = ArrayField(models.CharField(max_length=12, choices=Need), verbose_name="困难")
    words = models.TextField("情况")
    urgent = models.BooleanField("紧急", default=False)
    household = models.ForeignKey(
        Household, models.SET_NULL, verbose_name="对应的户", null=True, blank=True, related_name="+"
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上报人", null=True, related_name="+"
    )
    reporter_name = models.CharField("上报人姓名", max_length=60)
    organisation = models.CharField("上报单位", max_length=80, blank=True)
    at = models.DateTimeField("上报时间", default=timezone.now)
    form_key = models.UUIDField("表单号", unique=True)

    objects = ScopedManager["Report"]()

    class Meta:
        verbose_name = "上报"
        verbose_name_plural = "上报"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["division_code", "-at"], name="report_place"),
            models.Index(fields=["reported_by", "-at"], name="report_mine"),
            models.Index(fields=["id_number_index"], name="report_id_number"),
        ]

    def __str__(self) -> str:
        return f"上报 {self.pk}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的，和自己报的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        mine = Q(reported_by_id=scope.user_id) if scope.user_id else Q(pk__in=[])
        return scope.area_filter() | mine


class PersonMerge(models.Model):
    """两人合为一人，或从一人里拆出一人。一人提出、另一人确认才生效；``snapshot`` 供撤销时照原样放回。

    ``codes`` 是拆分时跟着走的类别：以后再装数据，这些类别仍归拆出的人。
    """

    class Kind(models.TextChoices):
        MERGE = "merge", "合并"
        SPLIT = "split", "拆分"

    kind = models.CharField("种类", max_length=8, choices=Kind)
    kept = models.ForeignKey(Person, models.PROTECT, verbose_name="保留的人", related_name="+")
    absorbed = models.ForeignKey(Person, models.PROTECT, verbose_name="另一人", related_name="+", null=True, blank=True)
    division_code = models.CharField("所在地", max_length=12)
    codes = ArrayField(models.CharField(max_length=24), verbose_name="跟着走的类别", default=list, blank=True)
    new_name = models.CharField("拆出的人的姓名", max_length=60, blank=True)
    reason = models.CharField("理由", max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提出人", null=True, related_name="+"
    )
    proposed_name = models.CharField("提出人姓名", max_length=60)
    proposed_at = models.DateTimeField("提出时间", default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="确认人", null=True, blank=True, related_name="+"
    )
    confirmed_name = models.CharField("确认人姓名", max_length=60, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    undone_name = models.CharField("撤销人姓名", max_length=60, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo_reason = models.CharField("撤销理由", max_length=300, blank=True)
    snapshot = models.JSONField("原样", default=dict, blank=True)

    objects = ScopedManager["PersonMerge"]()

    class Meta:
        verbose_name = "合并与拆分"
        verbose_name_plural = "合并与拆分"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")), name="merge_takes_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖之内的。"""
        return scope.area_filter()

    @property
    def state(self) -> str:
        """由各时间得出：proposed confirmed undone dropped。"""
        if self.undone_at:
            return "undone" if self.confirmed_at else "dropped"
        return "confirmed" if self.confirmed_at else "proposed"
