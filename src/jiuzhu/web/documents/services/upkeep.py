"""库房的看护：无登记的文件、缺文件的登记、换密钥。"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.documents import vault
from jiuzhu.web.documents.errors import VaultError
from jiuzhu.web.documents.models import Kept
from jiuzhu.web.ground.crypto import keyring

GRACE = timedelta(hours=24)  # 正在上传的、事务还没提交的，不能当作无主
EVERYTHING = Scope.everything()


@dataclass
class VaultReport:
    """清点的结果：``orphans`` 有文件没有登记且已过 24 小时，``drafts`` 写了一半的，``missing`` 有登记没有文件。"""

    files: int = 0
    recent: int = 0
    orphans: list[str] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """没有任何不符。"""
        return not (self.orphans or self.drafts or self.missing)


def vault_survey(*, now: datetime | None = None) -> VaultReport:
    """清点库房，只看不动。"""
    deadline = ((now or timezone.now()) - GRACE).timestamp()
    report, present = VaultReport(), set()
    files = list(vault.names())  # 先看文件后看登记：其间新存的只会被当作有主
    known = registered()
    for name, changed in files:
        if vault.is_draft(name):
            if changed < deadline:
                report.drafts.append(name)
            continue
        report.files += 1
        present.add(name)
        if name not in known:
            if changed < deadline:
                report.orphans.append(name)
            else:
                report.recent += 1
    report.missing = sorted(name for name in known - present if not vault.path_of(name).exists())
    return report


def orphans_remove(*, actor: Actor, reason: str, now: datetime | None = None) -> VaultReport:
    """清除过了 24 小时仍没有登记的文件与草稿，逐件记入审计。有登记的一件不动。"""
    report = vault_survey(now=now)
    for name in report.orphans:
        with transaction.atomic():
            if name in registered([name]):
                continue
            record(
                actor=actor, action="documents.orphans_remove", subject=Subject("documents.file", name), reason=reason
            )
            vault.remove(name)
    for name in report.drafts:
        vault.remove(name)
    return report


def registered(names: Iterable[str] | None = None) -> set[str]:
    """有登记的库房编号；给了 ``names`` 就只看这几件。"""
    found: set[str] = set()
    for model in kept_models():
        with EVERYTHING.applied():
            rows = model.objects.within(EVERYTHING)
            if names is not None:
                rows = rows.filter(name__in=list(names))
            found.update(rows.values_list("name", flat=True))
    return found


def kept_models() -> list[Any]:
    """库房里的东西登记在哪些表：文书、附件，与别的部分照 ``Kept`` 登记的。"""
    return [model for model in apps.get_models() if issubclass(model, Kept)]


def keys_in_use() -> dict[int, int]:
    """库里的文件（连同正在写的）各用第几号数据密钥：密钥号与件数。还有文件用着的旧钥匙不能删。"""
    return dict(Counter(number for name, _ in vault.names() if (number := vault.key_of(name)) is not None))


def files_reseal(*, actor: Actor, limit: int | None = None) -> tuple[int, list[str]]:
    """把用旧密钥的文件换成现行密钥，至多 ``limit`` 件；可以中断，再做一次接着做。返回（换了几件，读不出的）。"""
    active, done, broken = keyring.keys().active, 0, []
    for name, _ in vault.names():
        if limit is not None and done >= limit:
            break
        if vault.is_draft(name) or vault.key_of(name) in (active, None):
            continue
        try:
            vault.reseal(name)
        except VaultError:
            broken.append(name)
            continue
        done += 1
    if done:
        with transaction.atomic():
            subject = Subject("documents.file", str(active), f"第 {active} 号数据密钥")
            record(actor=actor, action="documents.file_reseal", subject=subject, after={"件数": done})
    return done, broken
