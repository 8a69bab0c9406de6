"""给家里的两份清单写什么：政策关爱清单（能享什么）、困难家庭救助服务清单（各部门给什么、怎么办、办到哪里）。

只写给家里看的话：不写得分、级别、规则、内部的提醒，也不写“不符合”。
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.ground.templatetags.ground import cn_date, money
from jiuzhu.web.orders.models import Measure
from jiuzhu.web.registry.models import Household, Person

if TYPE_CHECKING:
    from jiuzhu.engine.assessment.programmes import Programme
    from jiuzhu.engine.entitled import HouseholdEntitlement, ProgrammeTold

OURS = re.compile(r"（[^（）]*自拟[^（）]*）")  # 手册里写给县里改的话，不给家里看
EACH = {"月": "每月", "年": "每年", "学年": "每学年", "次": "一次"}
HAVE, CAN, ASK = "正在享受", "可以申请", "问清再定"
STEADY = (Measure.Kind.STOP, Measure.Kind.LOWER, Measure.Kind.RECOVER)


@dataclass(frozen=True)
class Family:
    """清单给谁：称呼、户、各人的姓名（人编号 → 姓名）。"""

    household: Household
    name: str
    people: Mapping[str, str]

    def who(self, item: "ProgrammeTold") -> str:
        """这一项给谁。"""
        return "全家" if item.person_id is None else self.people.get(item.person_id, item.who)


def family_of(household: Household, scope: Scope) -> Family:
    """户主称呼与各人姓名。"""
    people = dict(Person.objects.within(scope).filter(household=household).values_list("person_id", "name"))
    name = household.head.name if household.head else f"户 {household.household_id[-6:]}"
    return Family(household, name, people)


def care_data(found: "HouseholdEntitlement", family: Family) -> dict[str, Any]:
    """政策关爱清单：正在享受的、可以申请的、要问清楚的。同一项给几个人的并成一行。"""
    held = [item.programme for item in found.programmes if item.held]
    enjoyed = [
        {"title": item.programme.title, "who": who, "standard": plain(item.programme.standard),
         "office": plain(item.programme.office), "phone": item.programme.phone}
        for item, who, _ in together((item for item in found.programmes if item.held), family)
    ]  # fmt: skip
    fits = together((item for item in found.of("yes") if not item.held), family)
    available = [_available(item, who, several, held) for item, who, several in fits]
    return {**_shared(found, family), "enjoyed": enjoyed, "available": available, "questions": questions_of(found)}


def services_data(found: "HouseholdEntitlement", family: Family, measures: Iterable[Measure]) -> dict[str, Any]:
    """困难家庭救助服务清单：按部门列，每项给什么、怎么办、找谁；最后是已经办的。"""
    departments: dict[str, list[dict[str, str]]] = {}
    for state in (HAVE, CAN, ASK):
        for item, who, _ in together((item for item in found.programmes if state_of(item) == state), family):
            name = item.programme.departments[0] if item.programme.departments else "民政局"
            departments.setdefault(name, []).append(_service(item, who, state))
    done = [
        {"on": cn_date(row.on), "office": row.part.organisation.label, "words": measure_words(row)}
        for row in measures
        if row.kind not in STEADY
    ]
    parts = [{"name": name, "rows": rows} for name, rows in departments.items()]
    return {**_shared(found, family), "departments": parts, "done": done}


def state_of(item: "ProgrammeTold") -> str:
    """在服务清单里算哪一种；不列的为空。"""
    if item.held:
        return HAVE
    return CAN if item.answer == "yes" else ASK if askable(item) else ""


def together(items: Iterable["ProgrammeTold"], family: Family) -> "list[tuple[ProgrammeTold, str, bool]]":
    """同一个项目、同样金额的几个人并成一行：项目、给谁、是不是几个人。"""
    rows: dict[tuple[str, Decimal | None, tuple[str, ...]], tuple[ProgrammeTold, list[str]]] = {}
    for item in items:
        key = (item.programme.code, item.amount, item.conflicts)
        rows.setdefault(key, (item, []))[1].append(family.who(item))
    return [(item, "、".join(people), len(people) > 1) for item, people in rows.values()]


def _shared(found: "HouseholdEntitlement", family: Family) -> dict[str, Any]:
    return {
        "applicant": family.name,
        "place": found.place,
        "as_of": found.as_of.isoformat(),
        "contact": {"name": "村（社区）协理员或乡镇救助窗口", "phone": "12345"},
    }


def _available(item: "ProgrammeTold", who: str, several: bool, held: "Sequence[Programme]") -> dict[str, str]:
    programme = item.programme
    notes = [f"不能与{'、'.join(item.conflicts)}同时享受，由您选一样。"] if item.conflicts else []
    instead = [other.title for other in held if other.code in programme.excludes or programme.code in other.excludes]
    if instead:
        notes.append(f"办成以后，现在的{'、'.join(instead)}相应调整。")
    return {
        "title": programme.title,
        "who": who,
        "amount": ("每人" if several and item.amount is not None else "") + amount_words(item.amount, programme.period),
        "how": apply_words(item),
        "bring": plain("、".join(programme.materials)) or "不用带材料",
        "office": plain(programme.office),
        "phone": programme.phone,
        "note": "".join(notes),
    }


def _service(item: "ProgrammeTold", who: str, state: str) -> dict[str, str]:
    programme, fits = item.programme, state == CAN
    return {
        "title": programme.title,
        "who": who,
        "state": state,
        "gives": plain(programme.standard),
        "steps": apply_words(item) if fits else "",
        "bring": plain("、".join(programme.materials)) if fits else "",
        "limits": plain(programme.limits) if fits else "",
        "office": plain(programme.office),
        "phone": programme.phone,
    }


def questions_of(found: "HouseholdEntitlement") -> list[dict[str, str]]:
    """要问本人的话，连同能证明它的材料、关系到哪些项目；部门能查的不问。"""
    rows: dict[str, dict[str, Any]] = {}
    for item in found.of("unknown"):
        if item.held or not askable(item):
            continue
        for lacking in item.lacking:
            row = rows.setdefault(lacking.name, {"words": lacking.ask, "bring": lacking.bring, "titles": {}})
            row["titles"][item.programme.title] = True
    return [{**row, "titles": "、".join(row["titles"])} for row in rows.values()]


def askable(item: "ProgrammeTold") -> bool:
    """问本人就能定的：缺的全是问得出来的话。"""
    return item.answer == "unknown" and all(lacking.ask and not lacking.departments for lacking in item.lacking)


def amount_words(amount: Decimal | None, period: str) -> str:
    """``每月约 384.00 元``；不发钱的、没有算出的写明。"""
    if amount is None:
        return "按实际情况定" if period else "提供服务或减免"
    return f"{EACH.get(period, '')}约 {money(amount)}"


def apply_words(item: "ProgrammeTold") -> str:
    """怎么申请：第一步找谁。"""
    steps = item.programme.process
    return plain(f"{steps[0].name}：{steps[0].who}") if steps else "向乡镇救助窗口申请"


def measure_words(row: Measure) -> str:
    """已经办的一项：给了什么。"""
    each = "" if row.period == Measure.Period.ONCE else row.get_period_display()
    money_words = f"，{each}{money(row.amount)}" if row.amount is not None else ""
    return f"{row.programme}（{row.get_kind_display()}）{money_words}"


def plain(text: str) -> str:
    """去掉写给县里看的“自拟”括注。"""
    return OURS.sub("", text).strip()
