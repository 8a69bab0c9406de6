"""流程定义的版本。发布之后谁也改不了：数据库拒绝修改和删除。"""

from functools import lru_cache

from django.conf import settings
from django.db import models

from jiuzhu.web.process.definition import Process, process_from


class Definition(models.Model):
    """一个流程的一个版本。``body`` 是规范写法的 JSON 原文，``digest`` 是它的 SM3。"""

    code = models.CharField("流程代码", max_length=60)
    version = models.CharField("版本", max_length=60)
    title = models.CharField("流程名称", max_length=80)
    digest = models.CharField("摘要", max_length=64)
    body = models.TextField("原文")
    published_at = models.DateTimeField("发布时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="发布人", null=True, blank=True, related_name="+"
    )
    published_by_name = models.CharField("发布人姓名", max_length=80)

    class Meta:
        verbose_name = "流程定义"
        verbose_name_plural = "流程定义"
        ordering = ["code", "-published_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="one_definition_a_version")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"

    @classmethod
    def known(cls, pk: int) -> "Definition":
        """按主键取一个版本。发布了就不会变，所以留在进程里。"""
        return _known(pk)

    @property
    def process(self) -> Process:
        """读出来的流程。"""
        return process_from(self.body)


@lru_cache(maxsize=256)
def _known(pk: int) -> Definition:
    return Definition.objects.get(pk=pk)
