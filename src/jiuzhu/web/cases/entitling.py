"""一户能享什么，写成读给本人听的话：按最近一次监测的数据、今天在用的规则手册，加上问来的回答。

姓名只在这里按编号补上（遮挡），引擎不知道谁叫什么。
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString

from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.hrefs import href
from jiuzhu.web.ground.templatetags.ground import money
from jiuzhu.web.policies.selectors import rulebook_folder
from jiuzhu.web.registry.models import Household
from jiuzhu.web.verification.results import Results, latest_results

from .reasons import why_html

if TYPE_CHECKING:
    from jiuzhu.engine.assessment.income import IncomeStatement
    from jiuzhu.engine.entitled import Lacking, ProgrammeTold

STATES = {"yes": ("符合", "done"), "unknown": ("可能符合", "wait"), "no": ("眼下不符合", "wait")}
EVERY = {"月": "每月", "年": "每年", "学年": "每学年", "次": "一次"}
ANY_CODE = "dibao"
SPOKEN_ASKS = 3
SPOKEN_PEOPLE = 2


@dataclass(frozen=True)
class Fit:
    """一个项目对一户（或其中几个人，说法相同的并在一起）。``near`` 是值得单独说的“不符合”。"""

    told: "ProgrammeTold"
    people: tuple[tuple[str, str], ...]
    spoken: str
    near: bool

    @property
    def code(self) -> str:
        """项目代码。"""
        return self.told.programme.code

    @property
    def state(self) -> str:
        """``yes`` ``unknown`` ``no``。"""
        return self.told.answer

    @property
    def page(self) -> str:
        """一本账里的这一项。"""
        return href("policies:programme", self.code, sample=ANY_CODE)

    @property
    def words(self) -> str:
        """给人看的结论。"""
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        """颜色。"""
        return STATES[self.state][1]

    @property
    def why(self) -> SafeString:
        """展开来看的理由。"""
        return why_html(self.told)

    @property
    def only_asking(self) -> bool:
        """按人的、全凭本人说的。"""
        return self.told.programme.found_by == "asking" and self.told.programme.level == "person"

    @property
    def keys(self) -> list[tuple[str, str]]:
        """勾选框：（值，谁）；全户的只有一个。"""
        return [(f"{self.code}|{person}", who) for person, who in self.people] or [(f"{self.code}|", "")]


@dataclass(frozen=True)
class Fits:
    """一户的全部项目。``absent`` 是没有数据的来源：（什么，哪个部门）。"""

    rows: tuple[Fit, ...]
    income: "IncomeStatement"
    as_of: date
    rulebook: str
    run_number: int
    digest: str
    absent: tuple[tuple[str, str], ...]

    def of(self, state: str) -> list[Fit]:
        """某种结论的。"""
        return [row for row in self.rows if row.state == state]

    @property
    def yes(self) -> list[Fit]:
        """符合的。"""
        return self.of("yes")

    @property
    def unknown(self) -> list[Fit]:
        """还要问的。"""
        return self.of("unknown")

    @property
    def asked_first(self) -> list[Fit]:
        """可能符合、值得当场问的：按户的，和部门数据能筛、只缺一两样的。"""
        return [row for row in self.unknown if not row.only_asking]

    @property
    def asked_later(self) -> list[Fit]:
        """按人的、全凭本人说的（打官司、流浪、急救……）：收起来，听出苗头再问。"""
        return [row for row in self.unknown if row.only_asking]

    @property
    def near(self) -> list[Fit]:
        """不符合而值得说的：只差一条，或名单上有。"""
        return [row for row in self.rows if row.state == "no" and row.near]

    @property
    def far(self) -> list[Fit]:
        """差两条以上的。"""
        return [row for row in self.rows if row.state == "no" and not row.near]


def household_fits(
    household: Household,
    names: Mapping[str, str],
    *,
    answers: Mapping[str, Mapping[str, Any]] | None = None,
    codes: Sequence[str] | None = None,
) -> Fits:
    """``names`` 是人编号 → 遮挡的姓名；``answers`` 同 ``Application.answers``；``codes`` 只要这几个项目。

    Raises:
        Conflict: 县里还没有监测过（no_results），数据里没有这一户（no_data）。
    """
    results = latest_results(household.division_code)
    if results is None:
        raise Conflict(
            "县里还没有做过监测，没有数据可看。请县监测员先发起监测；急难的可以先登记申请。", code="no_results"
        )
    return fits_by(results, rulebook_folder(household.division_code), household, names, answers or {}, codes)


def fits_by(
    results: Results,
    rulebook: Path,
    household: Household,
    names: Mapping[str, str],
    given: Mapping[str, Mapping[str, Any]],
    codes: Sequence[str] | None,
) -> Fits:
    """按哪次监测、哪部手册、哪些回答算的；数据里没有这一户的抛 ``Conflict``（no_data）。"""
    from jiuzhu.engine.entitled import EntitlementCase  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.errors import EngineError  # noqa: PLC0415 同上

    try:
        case = EntitlementCase(results.out, household.household_id, rulebook)
        found = case.told(codes, given.get("household", {}), given.get("persons", {}))
    except EngineError as error:
        raise Conflict(
            "最近一次监测的数据里没有这一户，算不出能享什么。下一次监测会补上；现在可以先登记申请。", code="no_data"
        ) from error
    return Fits(
        rows=_merged(found.programmes, names),
        income=found.income,
        as_of=found.as_of,
        rulebook=found.rulebook,
        run_number=results.number,
        digest=case.book.digest,
        absent=_absent(case.available),
    )


def spoken(told: "ProgrammeTold", who: str) -> str:
    """读给本人听的一句。``who`` 如“您家”“张*（68岁）”。"""
    title = told.programme.title
    if told.answer == "yes":
        held = "已经在享受" if told.held else "符合"
        return f"按现有数据，{who}{held}{title}{_gets(told)}。"
    if told.answer == "unknown":
        return _sentence(f"{who}可能符合{title}，{_lacks(told.lacking)}")
    head = f"{who}眼下不符合{title}：{told.nearest or '条件不成立'}"
    return f"{head}。现在名单上有，要核实。" if told.held else f"{head}。"


def period_words(period: str) -> str:
    """``月`` → 每月。"""
    return EVERY.get(period, "")


def _gets(told: "ProgrammeTold") -> str:
    if not told.amount:
        return ""
    return f"，{period_words(told.programme.period)} {money(told.amount)}"


def _lacks(lacking: Sequence["Lacking"]) -> str:
    asked = list(dict.fromkeys(item.ask or item.name for item in lacking if not item.departments))
    offices = list(dict.fromkeys(office for item in lacking for office in item.departments))
    parts = [f"还要问：{''.join(_sentence(ask) for ask in asked[:SPOKEN_ASKS])}".rstrip("。")] if asked else []
    if offices:
        parts.append(f"还缺{'、'.join(offices)}的数据")
    return "；".join(parts) or "还缺数据"


def _sentence(text: str) -> str:
    return text if text.endswith(("？", "。")) else f"{text}。"


def _merged(programmes: Sequence["ProgrammeTold"], names: Mapping[str, str]) -> tuple[Fit, ...]:
    """说法相同的几个人并成一行：都要问同一句，或都差同一条。"""
    groups: dict[tuple[Any, ...], list[ProgrammeTold]] = {}
    for told in programmes:
        groups.setdefault(_likeness(told), []).append(told)
    return tuple(_fit(rows, names) for rows in groups.values())


def _likeness(told: "ProgrammeTold") -> tuple[Any, ...]:
    if told.person_id is None or told.answer == "yes":
        return (told.programme.code, told.person_id)
    if told.answer == "unknown":
        return (told.programme.code, "unknown", tuple(item.name for item in told.lacking))
    return (told.programme.code, "no", is_near(told), told.held, told.nearest if is_near(told) else "")


def _fit(rows: Sequence["ProgrammeTold"], names: Mapping[str, str]) -> Fit:
    first = rows[0]
    people = tuple((row.person_id, _called(row, names)) for row in rows if row.person_id is not None)
    who = (
        "您家" if not people else "家里人" if len(people) > SPOKEN_PEOPLE else "、".join(called for _, called in people)
    )
    return Fit(first, people, spoken(first, who), is_near(first))


def _called(told: "ProgrammeTold", names: Mapping[str, str]) -> str:
    """``张*（68岁）``；年龄取引擎写的称呼里最后一段。"""
    age = told.who.split(" ")[-1]
    name = names.get(told.person_id or "", "家人")
    return f"{name}（{age}）" if age.endswith("岁") else name


def is_near(told: "ProgrammeTold") -> bool:
    """名单上有，或只差一条而量得出差多少（年龄不算：差几岁说了也没有用）。"""
    gaps = [gap for _, gap in told.unmet]
    return bool(told.held) or (len(gaps) == 1 and bool(gaps[0]) and not gaps[0].startswith("年龄"))


def _absent(available: set[str]) -> tuple[tuple[str, str], ...]:
    from jiuzhu.engine.assessment.verification import ITEMS  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.catalog import load_catalog  # noqa: PLC0415 同上

    sources = load_catalog().sources
    return tuple((item.title, sources[item.source].department) for item in ITEMS if item.source not in available)
