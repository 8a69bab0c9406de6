"""人员账号。"""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """一名工作人员。用户名用来登录,姓名用来显示;不收集邮箱。

    能做什么由岗位组(Django 的组与权限)决定,``post`` 只是称呼。
    """

    display_name = models.CharField("姓名", max_length=40)
    organisation = models.CharField("所属单位", max_length=80, blank=True)
    post = models.CharField("岗位", max_length=40, blank=True)

    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = "工作人员"
        verbose_name_plural = "工作人员"

    def __str__(self) -> str:
        return self.display_name or self.username
