"""两版之间救助项目改了什么：八要素、各句规则、用例，逐处写成读得懂的话。"""

from collections.abc import Iterator, Mapping
from typing import Any

from . import programmes
from .checking import words_of
from .lines import Difference, Line, case_words, fact_text, kind_of

Files = Mapping[str, str]
ELEMENTS = {
    "title": "名称",
    "kind": "种类",
    "unit": "按户还是按人",
    "summary": "一句话",
    "standard": "救助标准",
    "period": "多久发一次",
    "limits": "救助时限",
    "platform": "信息平台",
    "office": "责任股室",
    "phone": "联系电话",
    "renewal": "多久复核",
    "found_by": "怎么找到人",
    "exposes": "别的项目引用的名称",
}
ELEMENT_LISTS = {"basis": "政策依据", "departments": "部门", "materials": "材料", "excludes": "不能同时享受"}


def programme_differences(before: Files, after: Files, code: str = "") -> Iterator[Difference]:
    """救助项目逐项的不同，连同各自的用例；``code`` 只看一个项目。"""
    old, new = ({item.code: item for item in programmes.programmes(files)} for files in (before, after))
    told = tuple(words_of(files, programme="") for files in (before, after))
    for one in [*old, *(key for key in new if key not in old)]:
        if code and one != code:
            continue
        first, second = (_elements(side.get(one), words) for side, words in zip((old, new), told, strict=True))
        first |= _case_lines(before, one)
        second |= _case_lines(after, one)
        labels = [*first, *(label for label in second if label not in first)]
        lines = tuple(
            Line(label, first.get(label, ""), second.get(label, ""))
            for label in labels
            if first.get(label, "") != second.get(label, "")
        )
        if lines:
            item = new.get(one) or old[one]
            yield Difference("救助项目", kind_of(old.get(one), new.get(one)), "", item.title, lines)


def _elements(item: programmes.Written | None, told: Any) -> dict[str, str]:
    """一个项目的各栏写成文字；规则写成一句话。"""
    if item is None:
        return {}
    values, level = item.values, str(item.values.get("unit", "户"))
    found = {title: str(values.get(key) or "") for key, title in ELEMENTS.items()}
    found |= {title: "、".join(str(name) for name in values.get(key) or []) for key, title in ELEMENT_LISTS.items()}
    steps = (
        " ".join(str(step.get(key) or "") for key in ("name", "who", "limit")).strip() for step in values["process"]
    )
    found["救助流程"] = "；".join(steps)
    if values.get("held"):
        found["怎样算已在享受"] = told(str(values["held"]), level, "bool")
    for part, (title, _) in programmes.PARTS.items():
        for row in item.rows(part):
            found[f"{title}：{row.get('name', '')}"] = _rule_words(row, level, told)
    return found


def _rule_words(row: Mapping[str, Any], level: str, told: Any) -> str:
    rules = (("when", "bool"), ("amount", "number"))
    parts = [told(str(row[key]), level, expect) for key, expect in rules if row.get(key)]
    return "。".join([*parts, *(str(row[key]) for key in ("text", "article", "ask") if row.get(key))])


def _case_lines(files: Files, code: str) -> dict[str, str]:
    found = {}
    for row in programmes.cases(files, code):
        words = case_words({**row.values, "expect": {}})
        given = "；".join(words[key] for key in ("哪一天", "这一户", "成员") if words[key])
        found[f"用例：{row.values['name']}"] = f"{given or '同底子'} → {expected_words(row.values['expect'])}"
    return found


def expected_words(expect: Mapping[str, Any]) -> str:
    """项目用例应有的结论写成一句话：``符合，金额 420.00 元``。"""
    parts = [str(expect.get("结论", ""))]
    for key, value in expect.items():
        if key == "金额":
            parts.append(f"金额 {float(value):,.2f} 元")
        elif key == "成员":
            parts.append(f"看第 {value} 个成员")
        elif key != "结论":
            parts.append(f"{key}：{_listed_words(value)}")
    return "，".join(parts)


def _listed_words(value: Any) -> str:
    return "、".join(str(part) for part in value) if isinstance(value, list) else fact_text(value)
