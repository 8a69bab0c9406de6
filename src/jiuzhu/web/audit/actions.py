"""动作、对象、字段的中文名：各部分在自己的 ``AppConfig`` 里写明，这里收齐。

``audit_actions = {"process.task_complete": "办结任务"}``，必写；
``audit_subjects = {"process.task": "任务"}``，对象不是表时写，是表的用表的名字；
``audit_fields = {"due_at": "期限"}``，变更里的键不是表的字段时写；
``audit_platform = ("access.keys_rotate",)``，全平台的动作：不属于哪个县、也不含哪个县的人与事，哪里的审计管理员都看得到。
"""

from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model


@cache
def actions() -> dict[str, str]:
    """全部动作：代码与中文名。"""
    return _gathered("audit_actions")


@cache
def subject_titles() -> dict[str, str]:
    """各部分自己写明的对象名。"""
    return _gathered("audit_subjects")


@cache
def field_titles() -> dict[str, str]:
    """各部分自己写明的字段名。"""
    return _gathered("audit_fields")


@cache
def platform_actions() -> tuple[str, ...]:
    """全平台的动作。"""
    return tuple(code for config in apps.get_app_configs() for code in getattr(config, "audit_platform", ()))


def _gathered(attribute: str) -> dict[str, str]:
    return {key: title for config in apps.get_app_configs() for key, title in getattr(config, attribute, {}).items()}


def action_title(code: str) -> str:
    """动作的中文名；后来撤掉的动作写所属部分。"""
    return actions().get(code) or f"{_app_title(code)}的一项操作"


def subject_title(kind: str) -> str:
    """对象种类的中文名。"""
    if kind in subject_titles():
        return subject_titles()[kind]
    model = subject_model(kind)
    return str(model._meta.verbose_name) if model else _app_title(kind)


@cache
def subject_model(kind: str) -> type[Model] | None:
    """``process.task`` 这样的种类对应的表；不是表则为空。"""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def field_title(kind: str, name: str) -> str:
    """变更里一个键的中文名：先看对象的字段，再看写明的；都没有，键本身就该是中文。"""
    model = subject_model(kind)
    if model is not None:
        try:
            return str(getattr(model._meta.get_field(name), "verbose_name", "")) or field_titles().get(name, name)
        except FieldDoesNotExist:
            pass
    return field_titles().get(name, name)


def choice_title(kind: str, name: str, value: Any) -> Any:
    """有固定选项的字段，把存的代码换成中文。"""
    model = subject_model(kind)
    if model is None:
        return value
    try:
        choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()) or ())
    except FieldDoesNotExist:
        return value
    return choices.get(value, value) if isinstance(value, str | int) else value


def _app_title(code: str) -> str:
    label = code.partition(".")[0]
    return str(apps.get_app_config(label).verbose_name) if label in apps.app_configs else "系统"
