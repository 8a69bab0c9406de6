"""人员账号与岗位。"""

from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from jiuzhu.web.divisions.codes import area_prefix

from .roles import ROLE_CHOICES, ROLES, Role, Sees
from .scope import Scope


class User(AbstractUser):
    """一名工作人员。用户名用来登录，姓名用来显示；不收集邮箱。

    能做什么由当前岗位的角色决定，账号本身没有任何权限，也没有超级用户。
    """

    display_name = models.CharField("姓名", max_length=40)
    must_change_password = models.BooleanField("须改初始密码", default=False)
    password_changed_at = models.DateTimeField("上次改密", default=timezone.now)
    division_code = models.CharField("归哪里管", max_length=12, blank=True)
    locked_until = models.DateTimeField("锁定到", null=True, blank=True)
    active_post: "Post | None" = None  # 本次请求所用的岗位，由中间件放上

    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "工作人员"
        verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.display_name or self.username

    @property
    def is_locked(self) -> bool:
        """因连错密码，现在锁着。"""
        return self.locked_until is not None and self.locked_until > timezone.now()

    def has_perm(self, perm: str, obj: models.Model | AnonymousUser | None = None) -> bool:
        """当前岗位是否有这项权限。不设超级用户。"""
        return self.is_active and self.active_post is not None and perm in self.active_post.rights

    def has_perms(self, perm_list: Iterable[str], obj: models.Model | AnonymousUser | None = None) -> bool:
        """全部都有。"""
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """当前岗位在这一部分有没有任何权限。"""
        rights = self.active_post.rights if self.is_active and self.active_post else frozenset()
        return any(right.startswith(f"{app_label}.") for right in rights)


class Post(models.Model):
    """一个岗位：某人在某单位以某角色管某片区，有起止日期。一人可有几个岗位，页首切换。"""

    user = models.ForeignKey(User, models.PROTECT, verbose_name="人员", related_name="posts")
    role = models.CharField("角色", max_length=24, choices=ROLE_CHOICES)
    organisation = models.ForeignKey("divisions.Organisation", models.PROTECT, verbose_name="单位", related_name="+")
    division_code = models.CharField("片区", max_length=12)
    valid_from = models.DateField("起始日期", default=timezone.localdate)
    valid_to = models.DateField("终止日期", null=True, blank=True)
    granted_at = models.DateTimeField("授予时间", auto_now_add=True)

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "organisation", "division_code"],
                name="one_open_post",
                condition=Q(valid_to=None),
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="post_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["role", "organisation"], name="post_role")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.title}"

    @property
    def definition(self) -> Role:
        """角色的定义。"""
        return ROLES[self.role]

    @property
    def title(self) -> str:
        """角色的名称。"""
        return self.definition.title

    @property
    def rights(self) -> frozenset[str]:
        """权限代码。"""
        return self.definition.permissions

    @property
    def area(self) -> str:
        """片区的代码前缀。"""
        return area_prefix(self.division_code)

    def in_force(self, on: date | None = None) -> bool:
        """某天（默认今天）是否有效；终止日期当天起无效。"""
        day = on or timezone.localdate()
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def is_over(self) -> bool:
        """已收回或到期；还没开始的不算。"""
        return self.valid_to is not None and self.valid_to <= timezone.localdate()

    def scope(self) -> Scope:
        """这个岗位的范围。"""
        areas = (self.area,) if self.definition.sees is Sees.AREA else ()
        organisation = None if self.definition.sees is Sees.NOTHING else self.organisation_id
        return Scope(self.user_id, self.pk, self.role, organisation, areas)


class PasswordRecord(models.Model):
    """用过的密码（散列），用来不许重用。只留最近几个。"""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="人员", related_name="old_passwords")
    password = models.CharField("散列", max_length=128)
    created_at = models.DateTimeField("启用时间", auto_now_add=True)

    class Meta:
        verbose_name = "用过的密码"
        verbose_name_plural = "用过的密码"

    def __str__(self) -> str:
        return f"{self.user} {self.created_at:%Y-%m-%d}"


class CacheEntry(models.Model):
    """各进程共用的缓存，见 ``cache.SharedCache``。表是 ``UNLOGGED`` 的。"""

    cache_key = models.CharField("键", max_length=255, primary_key=True)
    value = models.TextField("值")
    expires = models.DateTimeField("过期", db_index=True)

    class Meta:
        db_table = "access_cache"
        verbose_name = "缓存"
        verbose_name_plural = "缓存"

    def __str__(self) -> str:
        return self.cache_key
