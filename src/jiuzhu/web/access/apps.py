from typing import Any

from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from jiuzhu.web.ground.menu import MenuItem

PEOPLE = ("accounts", "account_new", "account", "account_edit", "post_new")


class AccessConfig(AppConfig):
    name = "jiuzhu.web.access"
    label = "access"
    verbose_name = "人员与登录"
    menu = (
        MenuItem(
            "账号", "users", "access:accounts", tuple(f"access:{name}" for name in PEOPLE), "access.view_user", 80
        ),
    )
    audit_subjects = {"access.keys": "数据密钥"}
    audit_fields = {"sessions": "处数", "username": "用户名", "locked_until": "锁定到", "rows": "条数", "key": "密钥号"}
    audit_platform = (  # 没有归属的账号哪里的管理员都能管，它的事也哪里都看得到
        "access.keys_rotate",
        "access.keys_retire",
        "access.sign_in",
        "access.sign_in_failed",
        "access.sign_out",
        "access.account_create",
        "access.password_reset",
        "access.password_change",
    )
    audit_actions = {
        "access.sign_in": "登录",
        "access.sign_out": "退出",
        "access.sign_in_failed": "登录失败",
        "access.post_switch": "切换岗位",
        "access.account_create": "开设账号",
        "access.account_change": "修改账号",
        "access.account_lock": "锁定账号",
        "access.account_unlock": "解锁账号",
        "access.account_close": "停用账号",
        "access.account_reopen": "恢复账号",
        "access.sessions_end": "退出登录各处",
        "access.second_factor_add": "设置第二重验证",
        "access.second_factor_remove": "取消第二重验证",
        "access.second_factor_spare": "重新生成备用码",
        "access.second_factor_reset": "重置第二重验证",
        "access.keys_rotate": "换数据密钥",
        "access.keys_retire": "销毁旧数据密钥",
        "access.password_reset": "重设密码",
        "access.password_change": "修改密码",
        "access.post_grant": "授予岗位",
        "access.post_end": "收回岗位",
    }

    def ready(self) -> None:
        """每次迁移之后，重新写明网页角色能动哪些表；长任务断线重连后，范围跟着走。"""
        from .scope import reapply  # noqa: PLC0415  应用装载完才能用数据库

        connection_created.connect(reapply, dispatch_uid="access.reapply")
        post_migrate.connect(grant_after_migrate, sender=self, dispatch_uid="access.grant_web_role")


def grant_after_migrate(**kwargs: Any) -> None:
    """各部分在 ``AppConfig.append_only`` 里声明的表只许添，不许改删；``fixed_rows`` 里的只许改，不许添删。"""
    from .rowsecurity import grant_web_role  # noqa: PLC0415  应用装载完才能用数据库

    def declared(kind: str) -> tuple[str, ...]:
        return tuple(table for config in apps.get_app_configs() for table in getattr(config, kind, ()))

    grant_web_role(declared("append_only"), declared("fixed_rows"))
