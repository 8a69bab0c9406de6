"""政策咨询：只问情况，不问是谁，不留下。用同一部手册、同一套条件，没说的一律当作不知道。"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from jiuzhu.web.ground.hrefs import href
from jiuzhu.web.ground.templatetags.ground import money
from jiuzhu.web.policies.selectors import rulebook_folder

from .entitling import ANY_CODE, STATES, period_words

if TYPE_CHECKING:
    from jiuzhu.engine.assessment.entitlement import Answer
    from jiuzhu.engine.assessment.rulebook import Rulebook

Given = Mapping[str, Any]
SEVERE = ("一级", "二级")
LISTS = {"dibao": "低保", "tekun": "特困", "dibao_bianyuan": "低保边缘", "gangxing_zhichu": "刚性支出"}
STAGES = ("学前", "小学", "初中", "高中", "中职", "大专", "大学", "特殊教育")
GRADES = ("一级", "二级", "三级", "四级")
LEAST_OLD, LEAST_AGED, ADULT = 60, 80, 18


@dataclass(frozen=True)
class Told:
    """一个项目的说法。``sentences`` 是各条条件代入之后的话；``askable`` 为真是符合，或只差当场问得清的几句。"""

    title: str
    page: str
    state: str
    words: str
    tone: str
    spoken: str
    sentences: tuple[tuple[str, str, str], ...]
    lacking: tuple[str, ...]
    askable: bool
    failed: int


def consulted(division_code: str, household: Given, person: Given, day: date) -> list[Told]:
    """全部项目，符合的在前。``household``、``person`` 是说出来的事实与问题的回答。"""
    from jiuzhu.engine.assessment.entitlement import assess_programmes  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.edition import rulebook_at  # noqa: PLC0415 同上
    from jiuzhu.engine.parameters import on_day  # noqa: PLC0415 同上

    book = rulebook_at(rulebook_folder(division_code))
    parameters = on_day(book.parameters, day)
    found = assess_programmes(book.programmes, parameters, household, [person])
    rows = [_told(answer, book) for answer in found]
    return sorted(rows, key=lambda row: (("yes", "unknown", "no").index(row.state), row.failed))


def dibao_standard(division_code: str, place: str, day: date) -> float | None:
    """那里今天的低保标准，元/月。"""
    from jiuzhu.engine.edition import rulebook_at  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.parameters import on_day  # noqa: PLC0415 同上

    parameters = on_day(rulebook_at(rulebook_folder(division_code)).parameters, day)
    standard = parameters.values.get("低保标准")
    value = standard.at(place, None) if standard else None
    return float(value) if isinstance(value, int | float) else None


def household_facts(given: Given, standard: float | None) -> dict[str, Any]:
    """说出来的家里情况 → 户级事实。没有说的不写。"""
    size = given.get("size")
    facts: dict[str, Any] = {"城乡": given["place"], "家庭人口数": size}
    facts |= {f"户有{name}": given["listed"] == code for code, name in LISTS.items()}
    if not given["listed"]:  # “都没有”：别的名单上也没有
        facts |= dict.fromkeys(("户内返贫风险未消除", "户内突发严重困难", "在保或在册"), False)
    income, savings = given.get("income"), given.get("savings")
    rigid = sum(given.get(name) or 0.0 for name in ("medical", "school"))
    if given.get("medical") is not None or given.get("school") is not None:
        facts["家庭年刚性支出"] = rigid
    if income is not None and size:
        facts |= {"家庭年核定收入": income, "月人均核定收入": income / 12 / size}
        facts["扣除刚性支出后月人均收入"] = (income - rigid) / 12 / size
    if savings is not None and size:
        facts |= {"家庭金融资产": savings, "人均金融资产": savings / size}
        if standard:
            facts["金融资产折合低保月数"] = savings / size / standard
    facts |= {"家庭汽车数": given.get("cars"), "不动产处数": given.get("houses"), "家庭市场主体数": given.get("firms")}
    if given.get("cars") == 0:
        facts |= {"家庭汽车估值": 0.0, "家庭新购汽车估值": 0.0}
    if given.get("firms") == 0:
        facts["家庭公司数"] = 0.0
    return {name: value for name, value in facts.items() if value is not None}


def person_facts(given: Given) -> dict[str, Any]:
    """说出来的这个人 → 人级事实。"""
    age, grade = given.get("age"), given.get("disability")
    facts: dict[str, Any] = {f"{name}在册": given["listed"] == code for code, name in LISTS.items()}
    if not given["listed"]:
        facts["返贫风险未消除"] = False
    if age is not None:
        facts |= {"年龄": age, "未成年": age < ADULT, "老年人": age >= LEAST_OLD, "高龄老人": age >= LEAST_AGED}
        if age >= ADULT:
            facts |= {"孤儿": False, "事实无人抚养儿童": False}
    if grade:
        facts |= {"持残疾证": grade != "无", "重度残疾": grade in SEVERE, "残疾等级": grade}
    if given.get("stage"):
        facts |= {"在校": given["stage"] != "无", "学段": given["stage"]}
    if given.get("ill"):
        facts["患重病"] = given["ill"] == "yes"
    facts |= {"近12个月住院自付": given.get("hospital"), "近12个月门诊慢特病自付": given.get("clinic")}
    return {name: value for name, value in facts.items() if value is not None}


def _told(answer: "Answer", book: "Rulebook") -> Told:
    state = {True: "yes", False: "no", None: "unknown"}[answer.answer]
    title = answer.programme.title
    if state == "yes":
        gets = f"，{period_words(answer.programme.period)} {money(answer.amount)}" if answer.amount else ""
        spoken = f"照您说的，符合{title}{gets}。"
    elif state == "unknown":
        asked = dict.fromkeys(_ask(name, answer, book).rstrip("。") for name in answer.missing)
        spoken = f"可能符合{title}，还要知道：{'；'.join(asked)}"
    else:
        spoken = f"照您说的，眼下不符合{title}：{answer.nearest or '条件不成立'}。"
    words, tone = STATES[state]
    return Told(
        title=title,
        page=href("policies:programme", answer.programme.code, sample=ANY_CODE),
        state=state,
        words=words,
        tone=tone,
        spoken=spoken,
        sentences=tuple((row.condition.name, row.sentence, row.condition.article) for row in answer.conditions),
        lacking=answer.missing,
        askable=state == "yes" or all(name in book.programmes.questions for name in answer.missing),
        failed=len(answer.failed),
    )


def _ask(name: str, answer: "Answer", book: "Rulebook") -> str:
    """缺的这一样怎么问：手册里的问题，没有的用那条条件的问法。"""
    question = book.programmes.questions.get(name)
    if question:
        return question.ask
    asks = [row.condition.ask for row in answer.conditions if row.value is None and name in row.missing]
    return next((ask for ask in asks if ask), name)
