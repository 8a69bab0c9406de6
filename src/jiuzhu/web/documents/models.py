"""文书与附件：数据库里只有登记，内容加密存在库房（``vault``）里。"""

from collections.abc import Callable
from functools import cache
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.module_loading import import_string

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.access.scoping import ScopedManager
from jiuzhu.web.ground.crypto import EncryptedTextField

from .kinds import FORMATS, IMAGES, KIND_CHOICES, PDF
from .papers import TEMPLATES

PLACED = Q(division_code__regex=r"^[1-9][0-9]{11}$")  # 没有地方的，谁的范围都看不到，会被当成无主


class Kept(models.Model):
    """一件存档：关于谁（``subject_kind`` ``subject_key``）、哪里、归哪个单位、内容在库房的哪里。"""

    name = models.CharField("库房编号", max_length=32, unique=True)
    size = models.PositiveBigIntegerField("字节数")
    digest = models.CharField("SM3 摘要", max_length=64)
    subject_kind = models.CharField("所属事项种类", max_length=60, blank=True)
    subject_key = models.CharField("所属事项编号", max_length=60, blank=True)
    division_code = models.CharField("区划", max_length=12)
    organisation = models.ForeignKey(
        "divisions.Organisation", models.PROTECT, verbose_name="单位", null=True, related_name="+"
    )

    class Meta:
        abstract = True

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，或本单位经手的。"""
        area = scope.area_filter()
        if scope.organisation_id is None or not area:  # 空条件是全部地方，再“或”别的反而会变窄
            return area
        return area | Q(organisation_id=scope.organisation_id)


class PaperProof(models.Model):
    """查验用的底根：文号、查验码的索引、单位、日期、摘要，没有个人信息，所以不分片区，全县都能查。

    查验码本身不在这里，翻这张表查不出别人手里的文书。
    """

    code_index = models.BinaryField("查验码索引", max_length=32, unique=True)
    number = models.CharField("文号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=120)
    organisation_name = models.CharField("单位", max_length=80, blank=True)
    issuer = models.CharField("制发人", max_length=60)
    dated = models.DateField("落款日期")
    issued_at = models.DateTimeField("制发时间")
    size = models.PositiveBigIntegerField("字节数")
    digest = models.CharField("SM3 摘要", max_length=64)
    revoked_at = models.DateTimeField("作废时间", null=True)
    revoked_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "文书底根"
        verbose_name_plural = "文书底根"

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

    @property
    def is_revoked(self) -> bool:
        """已经作废。"""
        return self.revoked_at is not None


class Paper(Kept):
    """一份制发的文书，PDF 存档；发出去的纸质件凭文号与查验码查验。"""

    template = models.CharField("种类", max_length=24, choices=[(code, item.title) for code, item in TEMPLATES.items()])
    title = models.CharField("标题", max_length=120)
    number = models.CharField("文号", max_length=60, blank=True)
    code = models.CharField("查验码", max_length=19, unique=True)
    dated = models.DateField("落款日期")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="制发账号", null=True, related_name="+"
    )
    issuer = models.CharField("制发人", max_length=60)
    issued_at = models.DateTimeField("制发时间")
    proof = models.OneToOneField(PaperProof, models.PROTECT, verbose_name="底根", related_name="+")

    objects = ScopedManager["Paper"]()

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = "文书"
        ordering = ["-issued_at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="paper_subject"),
            models.Index(fields=["division_code"], name="paper_division"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "number"], name="one_paper_a_number", condition=~Q(number="")
            ),
            models.CheckConstraint(condition=PLACED, name="paper_has_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class PaperSequence(models.Model):
    """文号的流水：一个单位、一种文书、一年一串，从 1 起，不跳号。"""

    organisation = models.ForeignKey("divisions.Organisation", models.PROTECT, verbose_name="单位", related_name="+")
    template = models.CharField("种类", max_length=24)
    year = models.PositiveSmallIntegerField("年")
    last = models.PositiveIntegerField("最后一号")

    class Meta:
        verbose_name = "文号流水"
        verbose_name_plural = "文号流水"
        constraints = [models.UniqueConstraint(fields=["organisation", "template", "year"], name="one_sequence_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.last}"


class Letterhead(models.Model):
    """一个单位的行文习惯：文号里代表它的字（“青民”）、要不要红头。没有设过的，文号用单位简称。"""

    organisation = models.OneToOneField(
        "divisions.Organisation", models.PROTECT, verbose_name="单位", related_name="letterhead"
    )
    word = models.CharField("机关代字", max_length=12)
    red_head = models.BooleanField("用红头", default=False)

    class Meta:
        verbose_name = "行文习惯"
        verbose_name_plural = "行文习惯"

    def __str__(self) -> str:
        return self.word


@cache
def _readers() -> tuple[Callable[[Scope], Q], ...]:
    """别的部分在 ``AppConfig.upload_readers`` 声明的：哪些附件另给谁看（行级权限的策略要与它一致）。"""
    declared = [path for config in apps.get_app_configs() for path in getattr(config, "upload_readers", ())]
    return tuple(import_string(path) for path in declared)


class Upload(Kept):
    """一份附件。收下后不改；传错了的撤下，撤下的不再列出，内容仍在库里备查。"""

    kind = models.CharField("种类", max_length=24, choices=KIND_CHOICES)
    original_name = EncryptedTextField("原文件名")
    content_type = models.CharField("格式", max_length=100, choices=[(code, item[0]) for code, item in FORMATS.items()])
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="上传账号", null=True, related_name="+"
    )
    uploader = models.CharField("上传人", max_length=60)
    uploaded_at = models.DateTimeField("上传时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_by = models.CharField("撤下人", max_length=60, blank=True)
    withdrawn_reason = models.CharField("撤下原因", max_length=200, blank=True)

    objects = ScopedManager["Upload"]()

    class Meta:
        verbose_name = "附件"
        verbose_name_plural = "附件"
        ordering = ["kind", "-uploaded_at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="upload_subject"),
            models.Index(fields=["division_code"], name="upload_division"),
        ]
        constraints = [models.CheckConstraint(condition=PLACED, name="upload_has_a_place")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """所辖地方的，本单位经手的，另给本单位看的。"""
        found = super().scope_filter(scope)
        if scope.organisation_id is None:
            return found
        for reader in _readers():
            found |= reader(scope)
        return found

    @property
    def is_image(self) -> bool:
        """能在页面上看预览的图片。"""
        return self.content_type in IMAGES

    @property
    def shows_inline(self) -> bool:
        """能在浏览器里直接看。"""
        return self.is_image or self.content_type == PDF

    @property
    def download_name(self) -> str:
        """下载时的文件名：扩展名以查验出的格式为准。"""
        name = cast("str", self.original_name)
        stem, dot, suffix = name.rpartition(".")
        wanted = FORMATS[self.content_type][1]
        same = suffix.lower() in {wanted, {"jpg": "jpeg"}.get(wanted, wanted)}
        return name if dot and same else f"{stem if dot else name}.{wanted}"
