"""规则手册各版本的读取，和某天用哪一版。"""

from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.rulebook.folders import keep, read_files, shipped_folder


def rulebook_versions(scope: Scope) -> QuerySet[RulebookVersion]:
    """本县的各版本，新的在前；不取内容。"""
    found = RulebookVersion.objects.within(scope).select_related("created_by", "submitted_by", "published_by")
    return found.defer("files")


def rulebook_version(scope: Scope, pk: int) -> RulebookVersion | None:
    """一个版本，连同内容。"""
    related = ("based_on", "created_by", "submitted_by", "returned_by", "published_by")
    return RulebookVersion.objects.within(scope).select_related(*related).filter(pk=pk).first()


def in_force_version(division_code: str, on: date | None = None) -> RulebookVersion | None:
    """某天（默认今天）这个县施行的版本；没有发布过则为空，用随程序发布的。

    同一天起施行的，以后发布的为准。
    """
    day = on or timezone.localdate()
    found = RulebookVersion.objects.within(_county(division_code))
    applied = found.filter(published_at__isnull=False, shipped=False, in_force__lte=day)
    return applied.order_by("-in_force", "-published_at").first()


def latest_published(division_code: str) -> RulebookVersion | None:
    """县里最近发布的一版（可能还没到施行日期）；没有发布过则为空。"""
    rows = RulebookVersion.objects.within(_county(division_code))
    return rows.filter(published_at__isnull=False, shipped=False).order_by("-published_at").first()


def rulebook_folder(division_code: str, on: date | None = None) -> Path:
    """某天（默认今天）这个县用的手册文件夹，交给引擎；没有发布过就是随程序发布的默认手册。"""
    version = in_force_version(division_code, on)
    return version_folder(version) if version else shipped_folder()


def rulebook_of(division_code: str, digest: str) -> Path | None:
    """摘要是这个的手册：发布过的、随程序发布的、留了底的；都没有则为空。"""
    version = RulebookVersion.objects.within(_county(division_code)).filter(
        digest=digest, published_at__isnull=False, shipped=False
    ).first()  # fmt: skip
    if version is not None:
        return version_folder(version)
    kept = _kept(digest)
    return kept if kept.is_dir() else None


def rulebook_keep(folder: Path, digest: str) -> None:
    """随程序发布的手册会跟着升级变，用它办过事的留一份底；发布过的在数据库里，不用另留。"""
    if folder == shipped_folder() and not _kept(digest).is_dir():
        keep(_kept(digest), read_files(folder), digest)


def _kept(digest: str) -> Path:
    return Path(settings.RULEBOOKS_DIR) / "shipped" / digest[:32]


def version_folder(version: RulebookVersion) -> Path:
    """一个已发布版本的文件夹 ``HOME/rulebooks/县/版本-摘要``，写成之后不再改。"""
    name = f"{version.number:04d}-{version.digest[:16]}"
    return keep(settings.RULEBOOKS_DIR / version.division_code[:6] / name, version.files, version.digest)


def next_number(division_code: str) -> int:
    """这个县的下一个版本号。"""
    rows = RulebookVersion.objects.within(_county(division_code))
    return int(rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _county(division_code: str) -> Scope:
    """只看这一个县。"""
    return Scope(role="system", areas=(division_code[:6],))
