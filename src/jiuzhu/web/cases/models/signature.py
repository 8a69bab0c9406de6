"""签名：谁、何时、何地、代谁、签的是哪份文本；以及请人在自己手机上签的一次性链接。"""

import json

from django.db import models
from django.db.models import Q

from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .application import Application, OfPlace


class Signature(OfPlace):
    """一名成员在承诺书、授权书上的签名（或不肯签）。作废的留着。

    ``strokes`` 是笔迹：每一笔一串点，坐标千分之一；``digest`` 是两份文本、笔迹、签字人、时间、地点合起来的 SM3 摘要。
    """

    class Device(models.TextChoices):
        HERE = "here", "窗口的屏幕"
        LINK = "link", "本人的手机"

    application = models.ForeignKey(Application, models.PROTECT, verbose_name="申请", related_name="signatures")
    person_id = models.CharField("人编号", max_length=40)
    signer = EncryptedTextField("代签的监护人", default=b"", blank=True)
    relation = models.CharField("监护人是本人的什么人", max_length=20, blank=True)
    guardian_reason = models.CharField("为什么代签", max_length=60, blank=True)
    refused = models.BooleanField("不同意签", default=False)
    refused_reason = models.CharField("为什么不签", max_length=200, blank=True)
    strokes_text = EncryptedTextField("笔迹", default=b"", blank=True)
    digest = models.CharField("摘要", max_length=64)
    signed_at = models.DateTimeField("签署时间")
    place = models.CharField("签署地点", max_length=100)
    position = EncryptedTextField("定位", default=b"", blank=True)
    device = models.CharField("在哪里签", max_length=8, choices=Device, default=Device.HERE)
    recorded_name = models.CharField("经办人", max_length=60)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects: ScopedManager["Signature"] = ScopedManager()

    class Meta:
        verbose_name = "签名"
        verbose_name_plural = "签名"
        ordering = ["id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["application", "person_id"], condition=Q(voided_at=None), name="one_signature_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"签名 {self.pk}"

    @property
    def strokes(self) -> list[list[list[int]]]:
        """笔迹。"""
        return list(json.loads(str(self.strokes_text))) if self.strokes_text else []


class SigningLink(OfPlace):
    """给在场的人用自己的手机签名的链接：码只存摘要，十来分钟有效，签一次即废。"""

    application = models.ForeignKey(Application, models.CASCADE, verbose_name="申请", related_name="links")
    person_id = models.CharField("人编号", max_length=40)
    code_digest = models.CharField("码的摘要", max_length=64, unique=True)
    place = models.CharField("签署地点", max_length=100)
    made_name = models.CharField("经办人", max_length=60)
    made_by_id = models.BigIntegerField("经办账号", null=True)
    made_post_id = models.BigIntegerField("经办岗位", null=True)
    made_organisation = models.CharField("经办单位", max_length=80, blank=True)
    expires_at = models.DateTimeField("到几时")
    used_at = models.DateTimeField("用掉的时间", null=True, blank=True)

    objects: ScopedManager["SigningLink"] = ScopedManager()

    class Meta:
        verbose_name = "签名链接"
        verbose_name_plural = "签名链接"
        ordering = ["-id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"签名链接 {self.pk}"
