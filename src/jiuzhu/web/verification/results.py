"""比对用的数据从哪里来：最近一次监测的结果文件夹。

``verification`` 在 ``monitoring`` 之下，不能引用它；由它在 ``AppConfig.verification_results`` 写明 ``模块.函数``，
函数接县代码与第几次（空为最近一次），给出 ``Results``，没有监测过给 ``None``。
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.apps import apps
from django.utils.module_loading import import_string

from jiuzhu.web.policies.selectors import rulebook_of


@dataclass(frozen=True)
class Results:
    """一次监测的结果：文件夹、第几次、数据截至哪天。"""

    out: Path
    number: int
    as_of: date


def latest_results(division_code: str) -> Results | None:
    """一个地方所在的县最近一次完成的监测；没有则为空。"""
    return _provider()(f"{division_code[:6]}000000", None)


def results_of_run(division_code: str, number: int) -> Results | None:
    """第几次监测的；没有这一次则为空。"""
    return _provider()(f"{division_code[:6]}000000", number)


def rulebook_then(results: Results, division_code: str, digest: str) -> Path | None:
    """那时用的手册：那次监测的副本，或发布过的、留了底的；都不在了为空。没有记摘要的按那次监测的。"""
    from jiuzhu.engine.assessment.rulebook import digest_of  # noqa: PLC0415 引擎载入较慢

    copy = results.out / "rulebook"
    return copy if digest in {"", digest_of(copy)} else rulebook_of(division_code, digest)


@cache
def _provider() -> Callable[[str, int | None], Results | None]:
    declared = [getattr(config, "verification_results", "") for config in apps.get_app_configs()]
    provider: Callable[[str, int | None], Results | None] = import_string(next(path for path in declared if path))
    return provider
