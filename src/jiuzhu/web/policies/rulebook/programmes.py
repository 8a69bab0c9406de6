"""手册里的救助项目：取与改。改的都返回新的 ``files``；没有动的地方，原文一字不变。"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.comments import CommentedMap

from jiuzhu.web.ground.errors import ServiceError

from .content import Files, Row
from .yaml_text import dump, flow, flow_list, load, one_line, read, replaced, rule_text

FOLDER, CASES = "programmes/", "cases/programmes/"
BASE = f"{CASES}base.yaml"
# 几句规则各在哪个列表里、各有哪些栏；``held`` 只有一句
PARTS = {
    "conditions": ("认定条件", ("name", "when", "article", "ask")),
    "tiers": ("救助标准", ("name", "when", "amount")),
    "additions": ("另外加发", ("name", "amount", "article")),
    "notes": ("要提醒的", ("name", "when", "text", "article")),
}
TEXTS = (
    "title", "kind", "summary", "standard", "limits", "platform", "office", "phone", "renewal", "period", "found_by",
)  # fmt: skip
LISTS = ("basis", "departments", "materials", "excludes")
ORDER = (
    "code", "title", "kind", "unit", "exposes", "income", "summary", "basis", "conditions", "tiers", "additions",
    "period", "standard", "process", "limits", "platform", "office", "phone", "departments", "materials", "renewal",
    "found_by", "held", "excludes", "notes",
)  # fmt: skip
NUMBERED = re.compile(r"^programmes/(\d+)_")


@dataclass(frozen=True)
class Written:
    """一个项目的原文：在哪个文件，写了什么。"""

    file: str
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        """代码。"""
        return str(self.values.get("code", ""))

    @property
    def title(self) -> str:
        """名称。"""
        return str(self.values.get("title", ""))

    def rows(self, part: str) -> list[Mapping[str, Any]]:
        """一部分的各句规则。"""
        return list(self.values.get(part) or [])


def programmes(files: Files) -> list[Written]:
    """全部项目，按手册的次序；写坏了读不成的略过（查错时会说）。"""
    found = (Written(name, read(files[name])) for name in sorted(files) if name.startswith(FOLDER))
    return [item for item in found if isinstance(item.values, Mapping) and item.code]


def programme(files: Files, code: str) -> Written | None:
    """一个项目。"""
    return next((item for item in programmes(files) if item.code == code), None)


def with_elements(files: Files, code: str, values: Mapping[str, Any]) -> dict[str, str]:
    """改八要素与各项说明；``values`` 的键见 ``TEXTS``、``LISTS`` 与 ``process``。"""
    name, data = _opened(files, code)
    for key in TEXTS:
        if key in values and str(data.get(key, "")) != str(values[key]):
            _put(data, key, values[key])
    for key in LISTS:
        if key in values and [str(item) for item in data.get(key) or []] != list(values[key]):
            _put(data, key, flow_list(list(values[key])))
    if "process" in values and _steps(data.get("process")) != _steps(values["process"]):
        _put(data, "process", [flow(step) for step in values["process"]])
    if not data.get("excludes", True):
        del data["excludes"]
    return {**files, name: dump(data)}


def with_new(files: Files, code: str, values: Mapping[str, Any]) -> dict[str, str]:
    """添一个项目，排在最后；同时给它一个空的用例文件。"""
    taken = [int(match[1]) for name in files if (match := NUMBERED.match(name))]
    name = f"{FOLDER}{max(taken, default=9) + 1}_{code}.yaml"
    data = CommentedMap({"code": code, "unit": values["unit"]})
    condition = one_line({key: values[f"condition_{key}"] for key in PARTS["conditions"][1]})
    data["conditions"] = [condition]
    made = {**files, name: dump(data), f"{CASES}{code}.yaml": f"programme: {code}\ncases: []\n"}
    return with_elements(made, code, values)


def without_programme(files: Files, code: str) -> dict[str, str]:
    """去掉一个项目，连同它的用例。"""
    item = programme(files, code)
    gone = {item.file if item else "", cases_file(files, code)}
    return {name: text for name, text in files.items() if name not in gone}


def with_rule(
    files: Files, code: str, part: str, place: int | None, values: Mapping[str, Any] | None
) -> dict[str, str]:
    """添、改一句规则（``place`` 为空是添在最后），``values`` 为空是删去。"""
    name, data = _opened(files, code)
    rows = data.get(part)
    if values is not None:
        kept = {key: rule_text(str(values[key])) for key in PARTS[part][1] if str(values.get(key) or "").strip()}
        item = one_line(kept)
    if rows is None:
        rows = []
        _put(data, part, rows)
    if place is None:
        # 没有条件的一档只能放在最后，新添的有条件的档排在它前面
        last_open = part == "tiers" and values and values.get("when") and rows and not rows[-1].get("when")
        rows.insert(len(rows) - 1, item) if last_open else rows.append(item)
    elif values is None:
        del rows[place]
    elif {key: str(value) for key, value in rows[place].items()} != {key: str(value) for key, value in item.items()}:
        rows[place] = item
    if not rows:
        del data[part]
    return {**files, name: dump(data)}


def with_held(files: Files, code: str, text: str) -> dict[str, str]:
    """改“怎样算已在享受”；空文字为没有名单可对。"""
    name, data = _opened(files, code)
    if not text.strip():
        data.pop("held", None)
    elif str(data.get("held", "")) != text.strip():
        _put(data, "held", rule_text(text))
    return {**files, name: dump(data)}


def cases_file(files: Files, code: str) -> str:
    """一个项目的用例在哪个文件；还没有的给一个名字。"""
    for name in files:
        if name.startswith(CASES) and name != BASE and read(files[name]).get("programme") == code:
            return name
    return f"{CASES}{code}.yaml"


def cases(files: Files, code: str) -> list[Row]:
    """一个项目的用例。"""
    name = cases_file(files, code)
    rows = read(files[name]).get("cases") or [] if name in files else []
    return [Row(name, place, "", values) for place, values in enumerate(rows)]


def with_case(files: Files, code: str, place: int | None, values: Mapping[str, Any]) -> dict[str, str]:
    """添或改一个用例。``values``：name、day、household、members、expect。"""
    item: dict[str, Any] = {"name": values["name"]}
    for key in ("day", "household"):
        if values.get(key):
            item[key] = flow(values[key]) if key == "household" else values[key]
    if values.get("members"):
        item["members"] = [flow(member) for member in values["members"]]
    told = {key: flow_list(value) if isinstance(value, list) else value for key, value in values["expect"].items()}
    item["expect"] = flow(told)
    name = cases_file(files, code)
    text = files.get(name, f"programme: {code}\ncases: []\n")
    return {**files, name: replaced(text.replace("cases: []\n", "cases:\n"), "cases", place, item)}


def without_case(files: Files, code: str, place: int) -> dict[str, str]:
    """去掉一个用例。"""
    name = cases_file(files, code)
    return {**files, name: replaced(files[name], "cases", place, None)}


def _opened(files: Files, code: str) -> tuple[str, Any]:
    item = programme(files, code)
    if item is None:
        raise ServiceError(f"这一版里没有代码为 {code} 的项目，可能刚被删去。", code="no_programme", status=409)
    return item.file, load(files[item.file])


def _put(data: Any, key: str, value: Any) -> None:
    """改一栏；原来没有的，插在它该在的位置。"""
    if key in data:
        data[key] = value
        return
    later = [name for name in data if name in ORDER and ORDER.index(name) > ORDER.index(key)]
    data.insert(list(data).index(later[0]) if later else len(data), key, value)


def _steps(steps: Sequence[Mapping[str, Any]] | None) -> list[tuple[str, ...]]:
    return [tuple(str(step.get(key) or "") for key in ("name", "who", "limit")) for step in steps or ()]
