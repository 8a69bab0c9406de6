"""事件：一件事从头到尾发生过什么。只添不改，逐条以 SM3 相扣。"""

import json
from functools import cached_property
from typing import Any

from django.db import models

from .instance import Instance, InstancePart


class Event(InstancePart):
    """一条事件。``body`` 是算摘要的原文（规范写法的 JSON），``digest`` = SM3(前一条摘要 ‖ 原文)。"""

    class Kind(models.TextChoices):
        OPENED = "opened", "发起"
        TASK_OPENED = "task_opened", "开始"
        CLAIMED = "claimed", "认领"
        COMPLETED = "completed", "办结"
        FIRED = "fired", "到时"
        CANCELLED = "cancelled", "不再办理"
        TRANSFERRED = "transferred", "改派单位"
        DELEGATED = "delegated", "指派"
        SCOPE_OPENED = "scope_opened", "分送"
        SCOPE_CLOSED = "scope_closed", "一支办完"
        SCOPE_WITHDRAWN = "scope_withdrawn", "撤回一支"
        PAUSED = "paused", "停计期限"
        RESUMED = "resumed", "恢复计时"
        URGED = "urged", "催办"
        DUE_MOVED = "due_moved", "期限变动"
        WITHDRAWN = "withdrawn", "撤回"
        ENDED = "ended", "办完"
        STUCK = "stuck", "没有走成"

    instance = models.ForeignKey(Instance, models.CASCADE, verbose_name="事项", related_name="events")
    seq = models.PositiveIntegerField("序号")
    kind = models.CharField("种类", max_length=20, choices=Kind)
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("账号编号", null=True, blank=True)
    actor_name = models.CharField("办事人", max_length=80)
    task_id = models.BigIntegerField("任务", null=True, blank=True)
    body = models.TextField("原文")
    previous = models.BinaryField("前一条摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        verbose_name = "事件"
        verbose_name_plural = "事件"
        ordering = ["instance", "seq"]
        constraints = [models.UniqueConstraint(fields=["instance", "seq"], name="one_event_a_seq")]

    def __str__(self) -> str:
        return self.get_kind_display()

    @cached_property
    def data(self) -> dict[str, Any]:
        """事件的内容。"""
        content: dict[str, Any] = json.loads(self.body)["data"]
        return content
