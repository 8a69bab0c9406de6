"""一个县什么时候自动监测。"""

from typing import ClassVar, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager

from .run import same_county

LAST_DAY = 28  # 每个月都有的最后一天


class RunSchedule(models.Model):
    """自动监测的约定,一县一份;没有设过就不自动监测。

    ``day`` 是每月几日,空为不按月;``after_batch`` 为真时,新到、更正、撤回一批之后自动补算。
    """

    division_code = models.CharField("哪个县", max_length=12, unique=True)
    day = models.PositiveSmallIntegerField(
        "每月几日", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LAST_DAY)]
    )
    after_batch = models.BooleanField("新到一批就补算", default=False)
    updated_at = models.DateTimeField("改于", auto_now=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()

    class Meta:
        verbose_name = "自动监测"
        verbose_name_plural = "自动监测"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.division_code[:6]} 自动监测"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """本县的。"""
        return same_county(scope)
