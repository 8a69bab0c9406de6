"""一次核对与它的各项结果。出了结果的不再改；重新核对另立一次，前后两次都留着。"""

import json
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.ground.crypto import EncryptedTextField

from .authorisation import Authorisation, OfHousehold


class Check(OfHousehold):
    """对照几个项目的标准核对一户。

    ``conclusions``：``[{programme, title, person_id, who, conclusion, amount, nearest, lacking}]``，
    ``sources``：各来源 ``[{source, title, department, item, state, data_date, rows}]``，次序按核对业务规范；
    ``missing``：没有数据的来源 ``[{title, department, item, since}]``。都不含姓名、号码。
    ``said``：核对时一并用的申请人的回答，同 ``cases.Application.answers``，加密存放。
    """

    class Conclusion(models.TextChoices):
        FITS = "fits", "符合"
        OVER = "over", "超标"
        UNFIT = "unfit", "不符合条件"
        UNDECIDED = "undecided", "不能判断"

    number = models.CharField("核对编号", max_length=24, unique=True)
    authorisation = models.ForeignKey(Authorisation, models.PROTECT, verbose_name="授权书", related_name="checks")
    programmes = ArrayField(models.CharField(max_length=40), verbose_name="核对的项目")
    run_number = models.PositiveIntegerField("数据是第几次监测的")
    as_of = models.DateField("数据截至")
    rulebook = models.CharField("规则手册", max_length=120)
    rulebook_digest = models.CharField("手册的摘要", max_length=64, blank=True)
    conclusions = models.JSONField("结论", default=list)
    sources = models.JSONField("各来源", default=list)
    missing = models.JSONField("缺的来源", default=list)
    said_text = EncryptedTextField("申请人的回答", default=b"", blank=True)
    obligors = ArrayField(models.CharField(max_length=40), verbose_name="一并核对的义务人", default=list, blank=True)
    milliseconds = models.PositiveIntegerField("比对用时")
    started_at = models.DateTimeField("核对时间")
    valid_until = models.DateField("报告有效期止")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name="核对单位", related_name="+")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="核对账号", null=True, blank=True, related_name="+"
    )
    checked_name = models.CharField("核对人", max_length=60)
    previous = models.ForeignKey(
        "self", models.PROTECT, verbose_name="前一次核对", null=True, blank=True, related_name="again"
    )
    paper = models.ForeignKey(Paper, models.PROTECT, verbose_name="核对报告", null=True, blank=True, related_name="+")

    objects: ScopedManager["Check"] = ScopedManager()

    class Meta:
        verbose_name = "核对"
        verbose_name_plural = "核对"
        ordering = ["-started_at", "-id"]
        default_permissions = ()
        permissions = [
            ("view_check", "看核对"),
            ("start_check", "核对一户"),
            ("answer_objection", "复核异议"),
            ("export_check", "导出核对结果"),
        ]
        indexes = [
            models.Index(fields=["household", "-started_at"], name="check_household"),
            models.Index(fields=["division_code", "-started_at"], name="check_place"),
            models.Index(fields=["-started_at", "-id"], name="check_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def said(self) -> dict[str, dict[str, Any]]:
        """核对时一并用的申请人的回答；没有的为空。"""
        return dict(json.loads(str(self.said_text))) if self.said_text else {}

    @property
    def answered(self) -> tuple[str, ...]:
        """申请人回答了哪几件事，名称见手册的 ``questions.yaml``。"""
        persons = self.said.get("persons", {}).values()
        return tuple(dict.fromkeys([*self.said.get("household", {}), *(name for one in persons for name in one)]))

    def is_valid(self, on: date | None = None) -> bool:
        """报告这一天还有效。"""
        return (on or timezone.localdate()) <= self.valid_until


class Finding(OfHousehold):
    """核对看出的一项。``evidence``：``[{person_id, source, file, row, as_of, values}]``，指到部门文件的那一行。"""

    class Severity(models.TextChoices):
        OVER = "over", "超标"
        SUSPECT = "suspect", "疑点"
        NOTE = "note", "提示"

    check_run = models.ForeignKey(Check, models.CASCADE, verbose_name="核对", related_name="findings")
    position = models.PositiveSmallIntegerField("次序")
    severity = models.CharField("程度", max_length=8, choices=Severity)
    source = models.CharField("来源", max_length=40, blank=True)
    department = models.CharField("部门", max_length=60, blank=True)
    item = models.CharField("核对项", max_length=40)
    programme = models.CharField("对照的项目", max_length=60, blank=True)
    text = models.CharField("看出什么", max_length=400)
    figure = models.CharField("数", max_length=120, blank=True)
    article = models.CharField("依据", max_length=200, blank=True)
    on = models.DateField("数据日期", null=True, blank=True)
    file = models.CharField("文件", max_length=300, blank=True)
    row = models.PositiveIntegerField("第几行", null=True, blank=True)
    person_id = models.CharField("人编号", max_length=40, blank=True)
    evidence = models.JSONField("证据", default=list)

    objects: ScopedManager["Finding"] = ScopedManager()

    class Meta:
        verbose_name = "核对发现"
        verbose_name_plural = "核对发现"
        ordering = ["check_run", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["check_run", "position"], name="one_finding_a_position")]

    def __str__(self) -> str:
        return self.text
