"""本地日历与代办。"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class CalendarDay(models.Model):
    """国家安排之外，本地另定的一天（防汛停休、地方节日、临时调休）。``county_code`` 为空管各县。"""

    county_code = models.CharField("县", max_length=6, blank=True)
    date = models.DateField("日期")
    is_working = models.BooleanField("上班")
    note = models.CharField("说明", max_length=120)
    source = models.CharField("依据", max_length=120)

    class Meta:
        verbose_name = "日历"
        verbose_name_plural = "日历"
        ordering = ["date", "county_code"]
        constraints = [models.UniqueConstraint(fields=["county_code", "date"], name="one_calendar_day")]

    def __str__(self) -> str:
        return f"{self.date.month}月{self.date.day}日{'上班' if self.is_working else '放假'}"


class Absence(models.Model):
    """某人某段时间不在岗，由代办人代办。首日、末日都算在内。"""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="不在岗的人", related_name="absences"
    )
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="代办人", related_name="+")
    from_date = models.DateField("自")
    to_date = models.DateField("至")
    note = models.CharField("事由", max_length=120, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)

    class Meta:
        verbose_name = "代办"
        verbose_name_plural = "代办"
        ordering = ["-from_date", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(to_date__gte=F("from_date")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="absence_has_another_deputy"),
        ]
        indexes = [models.Index(fields=["deputy", "to_date"], name="absence_deputy")]

    def __str__(self) -> str:
        return f"{self.user}由{self.deputy}代办"

    @staticmethod
    def on(day: date) -> Q:
        """这一天有效的。"""
        return Q(from_date__lte=day, to_date__gte=day, cancelled_at=None)
