"""逐行核对区划：新增、更名、更正、停用，还是有问题。"""

from datetime import date

from django.db.models import Count

from jiuzhu.web.divisions.codes import Level, level_of, parent_of
from jiuzhu.web.divisions.models import ALWAYS, Division, DivisionChange, Organisation
from jiuzhu.web.divisions.places import kind_of, new_division
from jiuzhu.web.divisions.walls import covers
from jiuzhu.web.ground.templatetags.ground import cn_date

from .plan import Action, ImportPlan, RowRefused, Step, refuse_outside, refuse_parent
from .reading import FileRow, Table

ORDER = list(Level)
NEEDS_PARENT = (Level.TOWNSHIP, Level.VILLAGE)


def plan_divisions(table: Table, area: str) -> ImportPlan:
    """先办启用的与早已停用的（自上而下），再办停用在用的（自下而上）。只读数据库。"""
    plan = ImportPlan(table, problems=list(table.problems))
    state = State(table, area)
    closing = [row for row in table.rows if row["valid_to"] and row["code"] in state.open]
    rest = [row for row in table.rows if not (row["valid_to"] and row["code"] in state.open)]
    for row in (*sorted(rest, key=depth), *sorted(closing, key=depth, reverse=True)):
        try:
            take_row(plan, state, row)
        except RowRefused as refused:
            plan.refuse(row.row, refused)
    return plan.finish()


def depth(row: FileRow) -> tuple[int, str]:
    """级别的次序；代码缺的排最前，随后会被拒。"""
    return (ORDER.index(level_of(row["code"])) if row["code"] else -1, str(row["valid_from"] or ""))


class State:
    """库里的各段加上前面各行的改动。"""

    def __init__(self, table: Table, area: str) -> None:
        self.area = area
        wanted = {row["code"] for row in table.rows if row["code"]}
        self.periods: dict[str, list[Division]] = {}
        for row in Division.objects.filter(code__in=wanted).order_by("code", "valid_from"):
            self.periods.setdefault(row.code, []).append(row)
        rows = Division.objects.values_list("code", "parent_code", "valid_to")
        self.known = {code for code, _, _ in rows}
        self.open = {code: parent for code, parent, end in rows if end is None}
        offices = Organisation.objects.filter(is_active=True, division_code__in=wanted).order_by()
        self.offices = dict(offices.values_list("division_code").annotate(count=Count("pk")))
        self.seen: dict[tuple[str, date | None, date | None], int] = {}

    def add(self, row: Division) -> None:
        """多了一段。"""
        self.periods.setdefault(row.code, []).append(row)
        self.periods[row.code].sort(key=lambda each: each.valid_from)
        self.known.add(row.code)
        if row.valid_to is None:
            self.open[row.code] = row.parent_code


def take_row(plan: ImportPlan, state: State, row: FileRow) -> None:
    """一行。"""
    code, name = check_row(state, row)
    start, end = row["valid_from"], row["valid_to"]
    periods = state.periods.get(code, [])
    current = next((each for each in periods if each.valid_to is None), None)
    exact = next((each for each in periods if is_same(each, start, end)), None)
    if not periods:
        create(plan, state, row)
    elif exact is not None:
        amend(plan, state, row, exact)
    elif start is None:
        if current is None:
            raise RowRefused("启用日期", f"“{name}”的代码已停用", "要重新启用，请写启用日期")
        amend(plan, state, row, current)
    elif current is not None and start > current.valid_from and current.name == name:
        if current.valid_from != ALWAYS or len(periods) > 1:
            raise RowRefused(
                "启用日期", f"库里“{name}”的启用日期是 {cn_date(current.valid_from)}，与文件不同", "请核对日期"
            )
        amend(plan, state, row, current, valid_from=start)
    elif current is not None and start > current.valid_from:
        rename(plan, state, row, current)
    else:
        if overlaps(periods, start, end):
            raise RowRefused("启用日期", "这段时间与库里已有的重叠", "请核对启用日期与停用日期")
        create(plan, state, row)


def is_same(period: Division, start: date | None, end: date | None) -> bool:
    """是不是同一段：启用日期相同；没写启用日期的看停用日期。"""
    return period.valid_from == start if start else end is not None and period.valid_to == end


def check_row(state: State, row: FileRow) -> tuple[str, str]:
    """代码、名称、级别、上级、起止。"""
    code, name = row["code"], "".join((row["title"] or "").split())
    if not code:
        raise RowRefused("代码", "没有写代码", "请写十二位代码")
    if not name or len(name) > 60:
        raise RowRefused("名称", "没有写名称，或名称过长", "请写 60 字以内的名称")
    key = (code, row["valid_from"], row["valid_to"])
    if key in state.seen:
        raise RowRefused("代码", f"与第 {state.seen[key]} 行重复", "请删去一行")
    state.seen[key] = row.row
    level = level_of(code)
    if row["level"] and row["level"] != level.value:
        raise RowRefused("级别", f"代码是{Division.Level(level).label}，级别却写成{Division.Level(row['level']).label}")
    parent = row["parent"] or parent_of(code)
    if parent not in state.known and (row["parent"] or level in NEEDS_PARENT):
        raise RowRefused("上级代码", f"上级 {parent} 既不在库里，也不在这个文件可导入的行里", "请先导入上级")
    if row["parent"] and covers(state.area, code):
        refuse_parent(state.area, parent, "上级代码")
    if row["valid_from"] and row["valid_to"] and row["valid_to"] <= row["valid_from"]:
        raise RowRefused("停用日期", "停用日期不在启用日期之后")
    return code, name


def create(plan: ImportPlan, state: State, row: FileRow) -> None:
    """新增一段。"""
    refuse_outside(state.area, row["code"], "代码")
    division = built(row)
    state.add(division)
    plan.saving.append(division)
    detail = f"{cn_date(row['valid_from'])}起" if row["valid_from"] else ""
    detail += f"{cn_date(row['valid_to'])}止" if row["valid_to"] else ""
    plan.steps.append(Step(row.row, Action.CREATE, division.code, division.name, detail))


def rename(plan: ImportPlan, state: State, row: FileRow, current: Division) -> None:
    """名称不同、启用较晚：旧名停用，新名启用，留下一次更名。"""
    refuse_outside(state.area, row["code"], "代码")
    before, division = current.name, built(row)
    current.valid_to = division.valid_from
    division.longitude, division.latitude = current.longitude, current.latitude
    division.parent_code = row["parent"] or current.parent_code
    state.add(division)
    plan.closing.append(current)
    plan.saving.append(division)
    plan.changes.append(
        DivisionChange(
            date=division.valid_from,
            kind=DivisionChange.Kind.RENAME,
            from_codes=[division.code],
            to_codes=[division.code],
            document=row["document"] or "",
            note=f"{before}更名为{division.name}（导入）",
        )
    )
    detail = f"{before} → {division.name}，{cn_date(division.valid_from)}起"
    plan.steps.append(Step(row.row, Action.RENAME, division.code, division.name, detail))


def amend(plan: ImportPlan, state: State, row: FileRow, division: Division, **dates: date) -> None:
    """同一段：更正名称、上级、日期，或停用。"""
    name = "".join(row["title"].split())
    wanted = {"name": name, **dates}
    if row["parent"]:
        wanted["parent_code"] = row["parent"]
    if row["valid_to"]:
        wanted["valid_to"] = row["valid_to"]
    changed = {key: value for key, value in wanted.items() if getattr(division, key) != value}
    if changed:
        refuse_outside(state.area, division.code, "代码")
    closing = "valid_to" in changed and division.valid_to is None
    if closing:
        if "name" in changed:
            raise RowRefused("名称", f"要停用的名称与在用的“{division.name}”不同", "请写明启用日期，或核对名称")
        refuse_closing(state, division)
    details = [f"{LABELS[key]} {shown(getattr(division, key))} → {shown(value)}" for key, value in changed.items()]
    if not changed:
        plan.steps.append(Step(row.row, Action.SAME, division.code, division.name))
        return
    if "valid_to" in changed and overlaps([each for each in state.periods[division.code] if each is not division],
                                          division.valid_from, row["valid_to"]):  # fmt: skip
        raise RowRefused("停用日期", "这段时间与库里已有的重叠", "请核对启用日期与停用日期")
    for key, value in changed.items():
        setattr(division, key, value)
    division.kind = kind_of(division.code, name) or division.kind
    division.origin = Division.Origin.OFFICIAL
    if closing:
        state.open.pop(division.code, None)
        plan.changes.append(abolished(row, division))
    plan.saving.append(division)
    action = Action.CLOSE if closing else Action.CORRECT
    plan.steps.append(Step(row.row, action, division.code, division.name, "；".join(details)))


def refuse_closing(state: State, division: Division) -> None:
    """还有下级或机构的不能停用。"""
    below = sum(parent == division.code for parent in state.open.values())
    if below:
        raise RowRefused("停用日期", f"“{division.name}”还有 {below} 个下级在用", "请在同一文件里写明下级的停用日期")
    if offices := state.offices.get(division.code):
        raise RowRefused("停用日期", f"“{division.name}”还有 {offices} 个机构", "请先停用这些机构，或改它们的所在区划")


def abolished(row: FileRow, division: Division) -> DivisionChange:
    """文件里只写了停用：记作撤销；有承接的用“区划变更”办理。"""
    return DivisionChange(
        date=row["valid_to"],
        kind=DivisionChange.Kind.ABOLISH,
        from_codes=[division.code],
        document=row["document"] or "",
        note="导入",
    )


def built(row: FileRow) -> Division:
    """按一行造一段。"""
    fields = {"parent_code": row["parent"]} if row["parent"] else {}
    return new_division(
        row["code"],
        "".join(row["title"].split()),
        valid_from=row["valid_from"] or ALWAYS,
        valid_to=row["valid_to"],
        **fields,
    )


def overlaps(periods: list[Division], start: date, end: date | None) -> bool:
    """与已有各段是否重叠；停用那天可以是下一段的启用日。"""
    return any(
        (end is None or each.valid_from < end) and (each.valid_to is None or start < each.valid_to) for each in periods
    )


LABELS = {"name": "名称", "parent_code": "上级", "valid_from": "启用日期", "valid_to": "停用日期"}


def shown(value: object) -> str:
    """差别里的写法。"""
    if value is None or value == "":
        return "无"
    if value == ALWAYS:
        return "不详"
    return cn_date(value) if isinstance(value, date) else str(value)
