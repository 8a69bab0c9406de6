"""导入：先看会改什么，再一次写入。全部行都好才导入；另有说明时只导入好的。"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Change, Subject, record, record_many
from jiuzhu.web.divisions.codes import full_code
from jiuzhu.web.divisions.imports import (
    Action,
    ImportPlan,
    ReadRefused,
    Step,
    plan_divisions,
    plan_organisations,
    read_table,
)
from jiuzhu.web.divisions.models import Division, DivisionChange, ImportFile, Organisation
from jiuzhu.web.divisions.walls import require
from jiuzhu.web.ground.errors import Conflict

from .writing import lock

Kind = ImportFile.Kind
PLANNERS = {Kind.DIVISIONS: plan_divisions, Kind.ORGANISATIONS: plan_organisations}
SUBJECTS = {Kind.DIVISIONS: "divisions.division", Kind.ORGANISATIONS: "divisions.organisation"}
ACTIONS = {Kind.DIVISIONS: "divisions.divisions_import", Kind.ORGANISATIONS: "divisions.organisations_import"}
LARGEST = 5 * 1024 * 1024
KEPT = timedelta(days=1)


def import_plan(*, area: str, kind: str, file: Path, name: str = "") -> ImportPlan:
    """这个文件导入后会改什么、哪些行有问题；不写库。``area`` 之外的行要改动时算有问题。

    Raises:
        ReadRefused: 文件读不了或缺列。
    """
    return PLANNERS[Kind(kind)](read_table(kind, file, name), area)


@transaction.atomic
def import_apply(
    *, actor: Actor, area: str, kind: str, file: Path, name: str = "", skip_bad: bool = False
) -> ImportPlan:
    """导入一个文件，返回实际做了什么。有问题的行一行也不写；``skip_bad`` 为真时只跳过它们。

    Raises:
        ReadRefused: 文件读不了或缺列。
        Conflict: 有问题的行，又没有说跳过；什么也没有导入。
    """
    lock()
    plan = import_plan(area=area, kind=kind, file=file, name=name)
    if plan.problems and not skip_bad:
        raise Conflict(f"“{plan.table.name}”有 {plan.bad_rows} 行有问题，一行也没有导入。{plan.problems[0]}")
    if plan.writes:
        save(plan)
        write_entries(actor, plan)
    return plan


def save(plan: ImportPlan) -> None:
    """先关后开；机构先上级后下级，逐个保存才有主键。"""
    Division.objects.bulk_update([row for row in plan.closing if row.pk], ["valid_to"])
    divisions = [row for row in plan.saving if isinstance(row, Division)]
    kept = [row for row in divisions if row.pk]
    Division.objects.bulk_update(kept, ["name", "kind", "parent_code", "valid_from", "valid_to", "origin"])
    Division.objects.bulk_create([row for row in divisions if not row.pk])
    DivisionChange.objects.bulk_create(plan.changes)
    for row in plan.saving:
        if isinstance(row, Organisation):
            row.save()


def write_entries(actor: Actor, plan: ImportPlan) -> None:
    """一笔总的；更名、更正、停用再各记一笔。"""
    kind = Kind(plan.table.kind)
    counts = {action.value: count for action, count in plan.counts.items()}
    record(
        actor=actor,
        action=ACTIONS[kind],
        subject=Subject(kind=SUBJECTS[kind], key="import", label=plan.table.name),
        after={
            "file": plan.table.name,
            "created": counts[Action.CREATE],
            "corrected": counts[Action.CORRECT] + counts[Action.RENAME],
            "closed": counts[Action.CLOSE],
            "unchanged": counts[Action.SAME],
            "skipped": plan.bad_rows,
        },
    )
    changed = [step for step in plan.steps if step.action not in (Action.CREATE, Action.SAME)]
    record_many(actor=actor, action=ACTIONS[kind], changes=[change(kind, step) for step in changed])


def change(kind: Kind, step: Step) -> Change:
    """一行的审计。"""
    after: dict[str, Any] = {"row": step.row, "done": f"{step.action.label}：{step.detail}"}
    return Change(Subject(kind=SUBJECTS[kind], key=step.key, label=step.name), after=after)


# —— 上传 → 预览 → 确认 ——


@transaction.atomic
def upload_keep(*, actor: Actor, area: str, kind: str, name: str, content: bytes) -> ImportFile:
    """收下 ``area`` 的管理员上传的文件，等人看过预览再确认；过一天没有确认的清掉。

    Raises:
        ReadRefused: 太大，或根本读不了（立刻告诉人，不留下）。
    """
    if len(content) > LARGEST:
        raise ReadRefused(f"“{name}”超过 {LARGEST // 1024 // 1024} MB，没有收下。请拆成几个文件导入。")
    ImportFile.objects.filter(uploaded_at__lt=timezone.now() - KEPT).delete()
    upload = ImportFile(
        kind=Kind(kind),
        name=Path(name).name[:200],
        division_code=full_code(area),
        content=content,
        uploaded_by=actor.user_id,
    )
    upload_plan(upload, area)
    upload.save()
    record(
        actor=actor,
        action="divisions.upload_keep",
        subject=Subject(kind="divisions.importfile", key=str(upload.pk), label=upload.name),
    )
    return upload


def upload_plan(upload: ImportFile, area: str) -> ImportPlan:
    """预览：此刻由管 ``area`` 的人导入会改什么。"""
    with as_file(upload) as file:
        return import_plan(area=area, kind=upload.kind, file=file, name=upload.name)


@transaction.atomic
def upload_confirm(*, actor: Actor, area: str, upload: ImportFile, skip_bad: bool = False) -> ImportPlan:
    """确认导入，随后删去收下的文件。抛的错误同 ``import_apply``；别处上传的抛 ``NotAllowed``。"""
    require(area, [upload.division_code])
    with as_file(upload) as file:
        plan = import_apply(actor=actor, area=area, kind=upload.kind, file=file, name=upload.name, skip_bad=skip_bad)
    upload.delete()
    return plan


@transaction.atomic
def upload_cancel(*, actor: Actor, area: str, upload: ImportFile) -> None:
    """放弃：什么也不导入，删去收下的文件。别处上传的抛 ``NotAllowed``。"""
    require(area, [upload.division_code])
    record(
        actor=actor,
        action="divisions.upload_cancel",
        subject=Subject(kind="divisions.importfile", key=str(upload.pk), label=upload.name),
    )
    upload.delete()


@contextmanager
def as_file(upload: ImportFile) -> Iterator[Path]:
    """把收下的内容放进临时文件，用完即删。"""
    with tempfile.TemporaryDirectory(prefix="jiuzhu-import-") as folder:
        file = Path(folder) / "upload"
        file.write_bytes(bytes(upload.content))
        yield file
