"""逐行核对机构：新增、更正、停用，还是有问题。空着的格子表示不改。"""

from typing import Any

from django.utils import timezone

from jiuzhu.web.divisions.codes import full_code, is_code
from jiuzhu.web.divisions.departments import department_code, department_name
from jiuzhu.web.divisions.models import ALWAYS, Division, Organisation, in_force_on
from jiuzhu.web.divisions.walls import reaches

from .divisions import shown
from .plan import Action, ImportPlan, RowRefused, Step, refuse_outside, refuse_parent
from .reading import FileRow, Table

CODE_WIDTHS = (6, 9, 12)
LIMITS = {"short_name": 40, "phone": 30, "address": 120}
LABELS = {
    "name": "名称",
    "short_name": "简称",
    "kind": "类别",
    "department": "部门",
    "division_code": "所在区划",
    "parent": "上级",
    "phone": "电话",
    "address": "地址",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
}


def plan_organisations(table: Table, area: str) -> ImportPlan:
    """先上级后下级；上级不在库里的，等文件里的上级先办。只读数据库。"""
    plan = ImportPlan(table, problems=list(table.problems))
    state = State(table, area)
    waiting = sorted(table.rows, key=lambda row: row["valid_to"] is not None)
    while waiting:
        coming = {row["code"] for row in waiting}
        later = [row for row in waiting if is_waiting(state, row, coming)]
        ready = [row for row in waiting if not is_waiting(state, row, coming)] or later
        for row in ready:
            try:
                take_row(plan, state, row)
            except RowRefused as refused:
                plan.refuse(row.row, refused)
        waiting = [] if ready is later else later
    return plan.finish()


class State:
    """库里的机构与地名，加上前面各行的改动。按名称找时只看片区之内与之上的，别的县有同名的不相干。"""

    def __init__(self, table: Table, area: str) -> None:
        self.area = area
        rows = Organisation.objects.select_related("parent")
        self.by_code = {row.code: row for row in rows}
        self.leaving = {row["code"] for row in table.rows if row["valid_to"]}
        self.divisions: dict[str, list[str]] = {}
        self.codes = set()
        for code, name in Division.objects.filter(in_force_on(timezone.localdate())).values_list("code", "name"):
            if reaches(area, code):
                self.divisions.setdefault(name, []).append(code)
            self.codes.add(code)
        self.seen: dict[str, int] = {}

    def organisation(self, text: str) -> Organisation | None:
        """按编码，再按名称找；同名的不算找到。"""
        if text in self.by_code:
            return self.by_code[text]
        named = [row for row in self.by_code.values() if row.name == text and reaches(self.area, row.division_code)]
        return named[0] if len(named) == 1 else None

    def place(self, text: str) -> str:
        """所在区划：代码，或不会弄混的名称。"""
        if text.isdigit() and len(text) in CODE_WIDTHS and is_code(full_code(text)):
            if full_code(text) in self.codes:
                return full_code(text)
            raise RowRefused("所在区划", f"区划 {text} 不在库里", "请先导入区划，或核对代码")
        found = self.divisions.get(text, [])
        if len(found) == 1:
            return found[0]
        what = f"叫“{text}”的有 {len(found)} 处" if found else f"没有叫“{text}”的区划"
        raise RowRefused("所在区划", what, "请写十二位区划代码")


def is_waiting(state: State, row: FileRow, coming: set[str]) -> bool:
    """它的上级还在文件后面。"""
    parent = row["parent"]
    return bool(parent) and parent != row["code"] and parent in coming and parent not in state.by_code


def take_row(plan: ImportPlan, state: State, row: FileRow) -> None:
    """一行。"""
    code = row["code"]
    if not code or len(code) > 40:
        raise RowRefused("编码", "没有写编码，或编码过长", "请写 40 字以内的编码")
    if code in state.seen:
        raise RowRefused("编码", f"与第 {state.seen[code]} 行重复", "请删去一行")
    state.seen[code] = row.row
    wanted = resolve(state, row)
    existing = state.by_code.get(code)
    if existing is None:
        create(plan, state, row, wanted)
    else:
        amend(plan, state, row, existing, wanted)


def resolve(state: State, row: FileRow) -> dict[str, Any]:
    """一行写了的各项，换成要存的值；空着的不在其中。"""
    wanted = resolve_words(row)
    if row["department"]:
        wanted["department"] = department_code(row["department"])
        if not wanted["department"]:
            raise RowRefused("部门", f"部门字典里没有“{row['department']}”", "请写部门的全称")
    if row["division"]:
        wanted["division_code"] = state.place(row["division"])
    if row["parent"]:
        wanted["parent"] = state.organisation(row["parent"])
        if wanted["parent"] is None:
            raise RowRefused("上级", f"找不到上级“{row['parent']}”，或有几个同名", "请写上级的编码，并先导入上级")
    if row["valid_to"] and row["valid_to"] > timezone.localdate():
        raise RowRefused("停用日期", "停用日期在今天之后", "请到停用那天再导入")
    return wanted


def resolve_words(row: FileRow) -> dict[str, Any]:
    """名称等文字，与不用查的各项。"""
    name = "".join((row["title"] or "").split())
    if not name or len(name) > 80:
        raise RowRefused("名称", "没有写名称，或名称过长", "请写 80 字以内的名称")
    wanted: dict[str, Any] = {"name": name}
    for key in ("short_name", "phone", "address", "kind", "valid_from", "valid_to"):
        if row[key]:
            wanted[key] = row[key]
    for key, limit in LIMITS.items():
        if len(wanted.get(key, "")) > limit:
            raise RowRefused(LABELS[key], f"超过 {limit} 字")
    return wanted


def create(plan: ImportPlan, state: State, row: FileRow, wanted: dict[str, Any]) -> None:
    """新增一个机构。"""
    for key, title in (("kind", "类别"), ("division_code", "所在区划")):
        if key not in wanted:
            raise RowRefused(title, f"新增的机构没有写{title}", f"请写明{title}")
    if wanted["kind"] == Organisation.Kind.DEPARTMENT and "department" not in wanted:
        raise RowRefused("部门", "类别是部门，却没有写是哪个部门", "请写部门的全称")
    if wanted.get("valid_to") and wanted["valid_to"] < wanted.get("valid_from", ALWAYS):
        raise RowRefused("停用日期", "停用日期早于启用日期")
    refuse_places(state, wanted)
    organisation = Organisation(code=row["code"], **wanted)
    state.by_code[organisation.code] = organisation
    plan.saving.append(organisation)
    plan.steps.append(
        Step(row.row, Action.CREATE, organisation.code, organisation.name, organisation.get_kind_display())
    )


def amend(plan: ImportPlan, state: State, row: FileRow, organisation: Organisation, wanted: dict[str, Any]) -> None:
    """更正各项，或停用。"""
    changed = {key: value for key, value in wanted.items() if getattr(organisation, key) != value}
    if not changed:
        plan.steps.append(Step(row.row, Action.SAME, organisation.code, organisation.name))
        return
    refuse_outside(state.area, organisation.division_code, "编码")
    refuse_places(state, changed)
    closing = "valid_to" in changed
    if closing and wanted["valid_to"] < wanted.get("valid_from", organisation.valid_from):
        raise RowRefused("停用日期", "停用日期早于启用日期")
    if closing and organisation.pk and (below := active_below(state, organisation)):
        raise RowRefused("停用日期", f"还有 {below} 个在用的下级机构", "请在同一文件里写明它们的停用日期")
    if "parent" in changed and is_cycle(state, organisation, changed["parent"]):
        raise RowRefused("上级", "上级是它自己或它的下级")
    details = [f"{LABELS[key]} {worded(key, getattr(organisation, key))} → {worded(key, value)}"
               for key, value in changed.items()]  # fmt: skip
    for key, value in changed.items():
        setattr(organisation, key, value)
    plan.saving.append(organisation)
    action = Action.CLOSE if closing else Action.CORRECT
    plan.steps.append(Step(row.row, action, organisation.code, organisation.name, "；".join(details)))


def refuse_places(state: State, values: dict[str, Any]) -> None:
    """改到的所在区划在片区之内，上级不在别的县。"""
    if "division_code" in values:
        refuse_outside(state.area, values["division_code"], "所在区划")
    if values.get("parent"):
        refuse_parent(state.area, values["parent"].division_code, "上级")


def active_below(state: State, organisation: Organisation) -> int:
    """停用之后还在用的下级个数。"""
    return sum(
        row.parent == organisation and row.valid_to is None and row.code not in state.leaving
        for row in state.by_code.values()
    )


def is_cycle(state: State, organisation: Organisation, parent: Organisation | None) -> bool:
    """上级绕回自己。"""
    while parent is not None:
        if parent.code == organisation.code:
            return True
        parent = state.by_code[parent.code].parent
    return False


def worded(key: str, value: Any) -> str:
    """差别里的写法。"""
    if key == "kind":
        return str(Organisation.Kind(value).label)
    if key == "department":
        return department_name(value) or "无"
    if key == "phone":
        return "（电话）" if value else "无"
    return value.name if isinstance(value, Organisation) else shown(value)
