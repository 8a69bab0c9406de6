"""一次区划变更会做什么：核对、算出哪些停用、哪些启用、下级与机构换到哪里。只看不写。"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from jiuzhu.web.divisions.codes import Level, area_prefix, is_code, level_of, parent_of
from jiuzhu.web.divisions.models import Division, DivisionChange, Organisation, in_force_on
from jiuzhu.web.divisions.places import new_division
from jiuzhu.web.divisions.walls import require
from jiuzhu.web.ground.errors import Conflict, ServiceError
from jiuzhu.web.ground.templatetags.ground import cn_date

Kind = DivisionChange.Kind
SHOWN = 8


class ChangeRefused(ServiceError):
    """区划变更写得不成立；什么也没有改。"""

    code = "division_change_refused"


@dataclass(frozen=True)
class NewPlace:
    """变更之后的一处：代码与名称。"""

    code: str
    name: str


@dataclass
class Plan:
    """算好、还没有落库的一次变更。``moves`` 是随之换代码的下级，``offices`` 是随之换所在区划的机构：旧行 → 新代码。"""

    rows: dict[str, Division] = field(default_factory=dict)

    closing: list[Division] = field(default_factory=list)
    opening: list[Division] = field(default_factory=list)
    moves: list[tuple[Division, str]] = field(default_factory=list)
    offices: list[tuple[Organisation, str]] = field(default_factory=list)


def plan_change(
    *, area: str, kind: str, on: date, old: Sequence[str], to: Sequence[NewPlace], moves: Mapping[str, str]
) -> Plan:
    """核对并算好。抛的错误见 ``division_change_apply``。"""
    check_shape(kind, old, to)
    require(area, [*old, *(place.code for place in to)])
    if on > timezone.localdate():
        raise ChangeRefused(f"生效日期{cn_date(on)}还没有到，没有办理。请到那天再办。")
    rows = {row.code: row for row in Division.objects.filter(in_force_on(on), code__in=old)}
    check_from(rows, old, on)
    check_to(old, to, on)
    plan = make_plan(rows, to, on)
    plan_moves(plan, to, on, moves)
    require(area, [target for _, target in plan.moves])
    check_parents(plan, on)
    plan_offices(plan, to)
    return plan


def check_shape(kind: str, old: Sequence[str], to: Sequence[NewPlace]) -> None:
    """每种变更各有几个原代码、几个新代码；代码都是十二位、同一级；各有名称。"""
    new = [place.code for place in to]
    shapes = {
        Kind.RENAME: (len(old) == 1 and list(old) == new, "更名要写一个代码，前后是同一个"),
        Kind.CODE_CHANGE: (len(old) == len(new) == 1 and list(old) != new, "代码变更要写一个原代码和一个不同的新代码"),
        Kind.MERGE: (len(old) > 1 and len(new) == 1, "合并要写两个以上原代码和一个新代码"),
        Kind.SPLIT: (len(old) == 1 and len(new) > 1, "拆分要写一个原代码和两个以上新代码"),
        Kind.NEW: (not old and bool(new), "新设只写新代码"),
        Kind.ABOLISH: (bool(old) and not new, "撤销只写原代码"),
    }
    fits, words = shapes.get(Kind(kind), (False, "没有这种变更")) if kind in Kind.values else (False, "没有这种变更")
    if not fits:
        raise ChangeRefused(f"{words}，没有办理。请核对后重填。")
    if wrong := [code for code in (*old, *new) if not is_code(code)]:
        raise ChangeRefused(f"“{wrong[0]}”不是十二位区划代码，没有办理。请核对文件上的代码。")
    if len({level_of(code) for code in (*old, *new)}) > 1:
        raise ChangeRefused("各代码不是同一级（如乡级与村级混写），没有办理。请分几次办理。")
    if len(set(new)) < len(new) or any(not place.name.strip() for place in to):
        raise ChangeRefused("新代码有重复，或有一处没有写名称，没有办理。请补齐。")


def check_from(rows: Mapping[str, Division], codes: Sequence[str], on: date) -> None:
    """原代码当天都在用，没有别的变更已定在其后，且早于当天启用。"""
    if missing := [code for code in codes if code not in rows]:
        raise ChangeRefused(f"原代码 {listed(missing)} 在生效那天不在用，没有办理。请核对代码与日期。")
    for row in rows.values():
        if row.valid_to is not None:
            raise ChangeRefused(f"“{row.name}”已有定在 {cn_date(row.valid_to)}的变更，没有办理。请核对日期。")
        if row.valid_from >= on:
            raise ChangeRefused(f"“{row.name}”到{cn_date(row.valid_from)}才启用，变更应在其后，没有办理。请核对日期。")


def check_to(old: Sequence[str], to: Sequence[NewPlace], on: date) -> None:
    """新代码当天及以后没有别处在用。"""
    new = {place.code for place in to} - set(old)
    taken = Division.objects.filter(code__in=new).exclude(valid_to__lte=on).values_list("code", flat=True)
    if taken:
        raise ChangeRefused(f"新代码 {listed(sorted(set(taken)))} 已在用，没有办理。请核对代码。")


def make_plan(rows: Mapping[str, Division], to: Sequence[NewPlace], on: date) -> Plan:
    """哪些行停用、开哪些新行。前后代码、名称都没变的一处保持原样。"""
    plan = Plan(rows=dict(rows))
    kept = {place.code for place in to if place.code in rows and rows[place.code].name == place.name.strip()}
    plan.closing = [row for code, row in rows.items() if code not in kept]
    for place in to:
        if place.code not in kept:
            old = rows.get(place.code) or (next(iter(rows.values())) if len(rows) == len(to) == 1 else None)
            plan.opening.append(reopened(place.code, place.name.strip(), on, old))
    return plan


def reopened(code: str, name: str, on: date, old: Division | None) -> Division:
    """新开的一行；有前身的沿用其位置，名称没变的沿用其类型，代码没变的沿用其上级。"""
    row = new_division(code, name, valid_from=on)
    if old is not None:
        row.longitude, row.latitude = old.longitude, old.latitude
        row.kind = old.kind if old.name == name else row.kind or old.kind
        row.parent_code = old.parent_code if old.code == code else row.parent_code
    return row


def plan_moves(plan: Plan, to: Sequence[NewPlace], on: date, moves: Mapping[str, str]) -> None:
    """停用各处的下级换到哪里。"""
    staying = {place.code for place in to}
    leaving = [row for row in plan.closing if row.code not in staying]
    children = [child for row in leaving for child in below(row.code, on)]
    children += [child for code in sorted(staying) for child in below(code, on) if child.code in moves]
    for child in children:
        target = moves.get(child.code) or default_target(child.code, leaving, to)
        plan.moves.append((child, target))
    check_moves(plan, on, unknown=set(moves) - {child.code for child, _ in plan.moves})


def below(code: str, on: date) -> list[Division]:
    """一处之下、当天在用的全部下级，不含自身。"""
    rows = Division.objects.filter(in_force_on(on), code__startswith=area_prefix(code), valid_to=None)
    return list(rows.exclude(code=code).order_by("code"))


def default_target(code: str, leaving: Sequence[Division], to: Sequence[NewPlace]) -> str:
    """只有一个去处时，把代码前段换成新的；几个去处时没有默认（空文本）。"""
    if len(to) != 1:
        return ""
    old = next(row.area for row in leaving if code.startswith(row.area))
    return (area_prefix(to[0].code) + code[len(old) :])[:12]


def check_moves(plan: Plan, on: date, unknown: set[str]) -> None:
    """下级都有去处，去处是同级、没有撞号。"""
    if unknown:
        raise ChangeRefused(f"下级 {listed(sorted(unknown))} 不在将要变更的地方之内，没有办理。请核对。")
    homeless = [child.code for child, target in plan.moves if not target]
    if homeless:
        raise ChangeRefused(f"下级 {listed(homeless)} 没有写明新代码，没有办理。请逐个写明“旧代码 新代码”。")
    for child, target in plan.moves:
        if not is_code(target) or level_of(target) != level_of(child.code):
            raise ChangeRefused(f"下级“{child.name}”的新代码“{target}”不对，没有办理。请写同一级的十二位代码。")
    targets = [target for _, target in plan.moves]
    leaving = {child.code for child, _ in plan.moves}
    taken = set(Division.objects.filter(code__in=targets).exclude(valid_to__lte=on).values_list("code", flat=True))
    clashing = sorted({code for code in targets if targets.count(code) > 1} | (taken - leaving))
    if clashing:
        raise ChangeRefused(f"下级的新代码 {listed(clashing)} 撞号或已在用，没有办理。请逐个写明“旧代码 新代码”。")


def check_parents(plan: Plan, on: date) -> None:
    """新的乡、村都有在用的上级：本来就在，或这次一起启用。"""
    opening = [row.code for row in plan.opening] + [target for _, target in plan.moves]
    parents = {parent_of(code) for code in opening if level_of(code) in (Level.TOWNSHIP, Level.VILLAGE)}
    known = set(Division.objects.filter(in_force_on(on), code__in=parents).values_list("code", flat=True))
    gone = {row.code for row in plan.closing} | {child.code for child, _ in plan.moves}
    if orphans := sorted(parents - (known - gone) - set(opening)):
        raise ChangeRefused(f"上级 {listed(orphans)} 在生效那天不在用，没有办理。请核对新代码，或先新设上级。")


def plan_offices(plan: Plan, to: Sequence[NewPlace]) -> None:
    """设在旧址的机构改到唯一的新址。"""
    staying = {place.code for place in to}
    targets = {child.code: target for child, target in plan.moves}
    for row in plan.closing:
        if row.code not in staying:
            targets[row.code] = to[0].code if len(to) == 1 else ""
    offices = list(Organisation.objects.filter(is_active=True, division_code__in=targets))
    stranded = [office.name for office in offices if not targets[office.division_code]]
    if stranded:
        raise Conflict(f"机构 {listed(stranded)} 设在将要停用的地方，没有办理。请先停用它们或改所在区划。")
    plan.offices = [(office, targets[office.division_code]) for office in offices]


def listed(words: Sequence[str]) -> str:
    """至多列出几个。"""
    more = f"等 {len(words)} 个" if len(words) > SHOWN else ""
    return "、".join(words[:SHOWN]) + more
