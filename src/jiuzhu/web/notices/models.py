"""通知与收件。通知是给工作人员看的一两句话，正文里没有居民的个人信息；要办的事在链接那一页。

两张表的主键都由程序定，不靠数据库回传：写给别人的行，自己按行级权限是看不到的，回传就会被拒绝。
删除由数据库连带（``DB_CASCADE``）：清理的人看不到别人的收件，由程序逐条删会漏。
"""

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import IsNull
from django.utils import timezone

from jiuzhu.web.access.scope import WHOLE_COUNTRY, Scope
from jiuzhu.web.access.scoping import ScopedManager

UNREAD_FIRST = IsNull(F("read_at"), True).desc()


class Notice(models.Model):
    """一则通知或公告。``key`` 相同的只发一次。"""

    class Kind(models.TextChoices):
        TASK = "task", "待办"
        URGING = "urging", "催办督办"
        MONITORING = "monitoring", "监测预警"
        REGISTRY = "registry", "对象变动"
        ACCOUNT = "account", "账号"
        SYSTEM = "system", "系统"
        ANNOUNCEMENT = "announcement", "公告"

    id = models.UUIDField("编号", primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=16, choices=Kind)
    title = models.CharField("标题", max_length=80)
    body = models.TextField("正文", max_length=2000, blank=True)
    link = models.CharField("去哪一页办", max_length=300, blank=True)
    audience = models.CharField("发给", max_length=120)
    recipients = models.PositiveIntegerField("收件人数")
    key = models.CharField("不重发的键", max_length=120, null=True, unique=True, blank=True)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_SET_NULL, verbose_name="发送账号", null=True, related_name="+"
    )
    sender_name = models.CharField("发送人", max_length=60)
    sender_post = models.CharField("发送岗位", max_length=120, blank=True)
    created_at = models.DateTimeField("发送时间")
    expires_at = models.DateTimeField("有效期止")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = models.CharField("撤回人", max_length=60, blank=True)
    withdrawn_reason = models.CharField("撤回原因", max_length=200, blank=True)

    objects: ScopedManager["Notice"] = ScopedManager()

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ["-created_at", "id"]
        default_permissions = ("view",)
        permissions = [("publish", "发布公告")]
        indexes = [models.Index(fields=["expires_at"], name="notice_expiry")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """发给本人的，本人发的。"""
        if scope.areas == WHOLE_COUNTRY:
            return Q()
        mine = Receipt._base_manager.filter(notice=OuterRef("pk"), user_id=scope.user_id or 0)
        return Q(Exists(mine)) | Q(sender_id=scope.user_id or 0)

    @property
    def is_withdrawn(self) -> bool:
        """已撤回。"""
        return self.withdrawn_at is not None

    @property
    def is_current(self) -> bool:
        """没有撤回，也没有过期。"""
        return not self.is_withdrawn and self.expires_at > timezone.now()

    @property
    def last_day(self) -> date:
        """有效的最后一天。"""
        return timezone.localdate(self.expires_at - timedelta(microseconds=1))


class Receipt(models.Model):
    """一则通知的一位收件人，和他什么时候看的。``sent_at`` 同通知的，列名单时沿索引取头几行，再取这几行的通知。"""

    pk = models.CompositePrimaryKey("notice_id", "user_id")
    notice = models.ForeignKey(Notice, models.DB_CASCADE, verbose_name="通知", related_name="receipts", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DB_CASCADE, verbose_name="收件人", related_name="+", db_index=False
    )
    sent_at = models.DateTimeField("发送时间")
    read_at = models.DateTimeField("看过的时间", null=True, blank=True)

    objects: ScopedManager["Receipt"] = ScopedManager()

    class Meta:
        verbose_name = "收件"
        verbose_name_plural = "收件"
        default_permissions = ()
        indexes = [
            models.Index(fields=["user"], name="receipt_unread", condition=Q(read_at=None)),
            models.Index("user", UNREAD_FIRST, F("sent_at").desc(), name="receipt_list", include=["notice", "read_at"]),
        ]

    def __str__(self) -> str:
        return str(self.notice)

    @classmethod
    def scope_filter(cls, scope: Scope) -> Q:
        """只有本人的。全部范围只对表的所有者（命令行）有意义，行级权限连后台任务也不让看。"""
        return Q() if scope.areas == WHOLE_COUNTRY else Q(user_id=scope.user_id or 0)

    @property
    def is_unread(self) -> bool:
        """没看，也没有过期、撤回：铃铛上数的就是这些。"""
        return self.read_at is None and self.notice.is_current
