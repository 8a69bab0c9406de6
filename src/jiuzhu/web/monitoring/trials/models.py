"""一次试算：在哪几个村、拿哪一版比哪一版、得出什么。留作记录，说明区间为什么这样定。

得分明细在 ``RUNS_DIR/trials/编号/`` 下（只有户编号，去敏），页面的数由它算出。
"""

from pathlib import Path

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.policies.models import RulebookVersion


class Trial(models.Model):
    """``figures``：两边各级户数、原级别到现级别的流向、得分分布、两边的下限。

    ``version_digest`` 是试算那一刻草稿的摘要：草稿后来再改，这里的数不跟着变。
    """

    class How(models.TextChoices):
        TOWNSHIP = "township", "整个乡镇"
        RANDOM = "random", "随机抽村"
        HAND = "hand", "指定的村"
        COUNTY = "county", "全县"

    division_code = models.CharField("哪个县", max_length=12)
    number = models.PositiveIntegerField("试算编号")
    version = models.ForeignKey(RulebookVersion, models.PROTECT, verbose_name="试算的一版", related_name="+")
    version_digest = models.CharField("试算时的摘要", max_length=64)
    against = models.ForeignKey(
        RulebookVersion, models.PROTECT, verbose_name="与哪一版比", null=True, blank=True, related_name="+"
    )
    against_name = models.CharField("与哪一版比", max_length=120)
    against_digest = models.CharField("那一版的摘要", max_length=64)
    run = models.ForeignKey(Run, models.PROTECT, verbose_name="用哪次监测的事实", related_name="+")
    how = models.CharField("怎么选村", max_length=10, choices=How)
    villages = ArrayField(models.CharField(max_length=12), verbose_name="样本村")
    seed = models.BigIntegerField("抽样种子", null=True, blank=True)
    households = models.PositiveIntegerField("户数")
    figures = models.JSONField("结果", default=dict)
    seconds = models.FloatField("用时", default=0)
    note = models.CharField("为什么做这次试算", max_length=300, blank=True)
    at = models.DateTimeField("试算时间", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="试算人", null=True, blank=True, related_name="+"
    )
    chosen = models.JSONField("存进草稿的下限", default=dict, blank=True)
    chosen_at = models.DateTimeField("存进草稿的时间", null=True, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="存进草稿的人", null=True, blank=True, related_name="+"
    )

    objects: ScopedManager["Trial"] = ScopedManager()

    class Meta:
        verbose_name = "试算"
        verbose_name_plural = "试算"
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["division_code", "number"], name="one_trial_number_a_county")]

    def __str__(self) -> str:
        return f"第 {self.number} 次试算"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """管着全县的岗位才看得到：里面有全县抽到的户。"""
        return scope.area_filter()

    @property
    def folder(self) -> Path:
        """明细所在的文件夹。"""
        return Path(settings.RUNS_DIR) / "trials" / f"{self.division_code[:6]}-{self.number:05d}"

    @property
    def outdated(self) -> bool:
        """草稿在试算之后又改过。"""
        return self.version.digest != self.version_digest and self.version.published_at is None
