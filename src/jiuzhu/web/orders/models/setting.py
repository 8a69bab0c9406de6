"""县里对派单的设置。没有个人信息，人人可读。"""

from django.core.validators import MaxValueValidator
from django.db import models


class Setting(models.Model):
    """一个县的设置；没有设过的用默认值。"""

    class Sender(models.TextChoices):
        TOWNSHIP = "township", "所在乡镇的窗口"
        COUNTY = "county", "县民政部门的经办"

    county_code = models.CharField("县", max_length=6, unique=True)
    asked_percent = models.PositiveSmallIntegerField("回访比例", default=20, validators=[MaxValueValidator(100)])
    data_sender = models.CharField("数据来的单由谁派", max_length=10, choices=Sender, default=Sender.TOWNSHIP)

    class Meta:
        verbose_name = "派单设置"
        verbose_name_plural = "派单设置"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(asked_percent__lte=100), name="asked_percent_within_hundred"),
        ]

    def __str__(self) -> str:
        return f"回访 {self.asked_percent}%"

    @classmethod
    def of(cls, division_code: str) -> "Setting":
        """一个地方所在县的设置。"""
        county = division_code[:6]
        return cls.objects.filter(county_code=county).first() or cls(county_code=county)
