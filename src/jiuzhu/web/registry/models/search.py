"""查找用的词：姓名的片段、住址的词、编号的末六位。"""

from django.db import models

from jiuzhu.web.access.scoping import ScopedManager

from .household import OfHousehold


class SearchToken(OfHousehold):
    """一户的一个词。行级权限之下模糊匹配用不上索引，相等可以，所以把词拆开来存。"""

    token = models.CharField("词", max_length=24)

    objects = ScopedManager["SearchToken"]()

    class Meta:
        verbose_name = "查找词"
        verbose_name_plural = "查找词"
        constraints = [
            models.UniqueConstraint(fields=["token", "division_code", "household"], name="one_token_a_household"),
        ]

    def __str__(self) -> str:
        return "查找词"
