"""审计的三张表：记录、分链的链头、每日封条。

记录与封条只能添，改、删、清空都被数据库拒绝（见迁移里的触发器）；链头只能往前走。
这里不连外键：审计在各部分之下，账号、岗位只记当时的编号与名字。
"""

import json
from typing import Any

from django.db import models
from django.db.models import Q

from .actions import action_title, subject_title


class Lane(models.Model):
    """一条分链的链头：最后一条的序号与摘要。共 64 条，迁移时建好。"""

    lane = models.SmallIntegerField("分链", primary_key=True)
    seq = models.BigIntegerField("最后一条的序号")
    head = models.BinaryField("最后一条的摘要", max_length=32)

    class Meta:
        db_table = "audit_lane"
        verbose_name = "分链"
        verbose_name_plural = "分链"

    def __str__(self) -> str:
        return f"第 {self.lane} 链"


class Entry(models.Model):
    """一条审计记录。``body`` 是算摘要用的原文，其余各列是它的摘出，供筛选；两者不一致即为被改动。"""

    pk = models.CompositePrimaryKey("lane", "seq")
    lane = models.SmallIntegerField("分链")
    seq = models.BigIntegerField("序号")
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("账号编号", null=True)
    actor_name = models.TextField("办事人")
    post_id = models.BigIntegerField("岗位编号", null=True)
    post = models.TextField("岗位")
    organisation = models.TextField("单位")
    address = models.TextField("来访地址")
    request_id = models.TextField("请求编号")
    action = models.TextField("动作")
    subject_kind = models.TextField("对象种类")
    subject_key = models.TextField("对象编号")
    subject_label = models.TextField("对象")
    task = models.TextField("任务")
    reason = models.TextField("事由")
    division_code = models.TextField("归属地")
    body = models.TextField("正文")
    previous = models.BinaryField("前一条摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)

    class Meta:
        db_table = "audit_entry"
        verbose_name = "审计记录"
        verbose_name_plural = "审计记录"
        ordering = ["-at", "-lane", "-seq"]
        default_permissions = ("view",)
        permissions = [("export_entry", "导出审计记录")]
        indexes = [
            models.Index(fields=["at", "lane", "seq"], name="audit_entry_at"),
            models.Index(fields=["division_code", "at"], name="audit_entry_division"),
            models.Index(fields=["actor_name", "division_code", "at"], name="audit_entry_who"),
            models.Index(fields=["post", "at"], name="audit_entry_post"),
            models.Index(fields=["action", "at"], name="audit_entry_action"),
            models.Index(fields=["subject_kind", "subject_key", "at"], name="audit_entry_subject"),
            models.Index(fields=["at"], name="audit_entry_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """编号：分链—序号，口头核对用。"""
        return f"{self.lane:02d}-{self.seq}"

    @property
    def action_title(self) -> str:
        """动作的中文名。"""
        return action_title(self.action)

    @property
    def subject_title(self) -> str:
        """对象种类的中文名。"""
        return subject_title(self.subject_kind)


class Seal(models.Model):
    """一天的封条：封的时候共有多少条、各分链走到哪里，再扣上前一张封条。

    交给外人保存一份，此前的记录就谁也改不了而不被发现。
    """

    day = models.DateField("所封的一天", primary_key=True)
    entries = models.BigIntegerField("累计条数")
    body = models.TextField("正文")
    previous = models.BinaryField("前一张摘要", max_length=32)
    digest = models.BinaryField("摘要", max_length=32)
    made_at = models.DateTimeField("封的时间")

    class Meta:
        db_table = "audit_seal"
        verbose_name = "封条"
        verbose_name_plural = "封条"
        ordering = ["-day"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} 封条"

    def heads(self) -> dict[int, tuple[int, bytes]]:
        """封时各分链走到哪里：序号与摘要。正文被改得读不懂时为空，由核验去说。"""
        return heads_in(self.body)

    @property
    def short_digest(self) -> str:
        """摘要的前十六位，口头核对用。"""
        return bytes(self.digest).hex()[:16]

    def line(self) -> dict[str, Any]:
        """写进文件的样子。"""
        return seal_line(self.day.isoformat(), bytes(self.previous), bytes(self.digest), self.body)


def seal_line(day: str, previous: bytes, digest: bytes, body: str) -> dict[str, Any]:
    """封条在文件里的一行。"""
    return {"kind": "seal", "day": day, "previous": previous.hex(), "digest": digest.hex(), "body": body}


def heads_in(body: str) -> dict[int, tuple[int, bytes]]:
    """封条正文里各分链的序号与摘要；读不懂时为空。"""
    try:
        return {int(lane): (int(seq), bytes.fromhex(head)) for lane, seq, head in json.loads(body)["lanes"]}
    except (ValueError, KeyError, TypeError):
        return {}
