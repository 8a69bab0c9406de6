"""手册内容的取与改：每个函数拿 ``files``（相对路径 → 原文），改的都返回新的 ``files``，不动原来的。"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiuzhu.web.ground.errors import ServiceError

from .yaml_text import dump, flow, flow_list, load, one_line, read, replaced, rule_text

Files = Mapping[str, str]
PARAMETERS, BANDS, FINDINGS, HEAD, CASES = (
    "parameters.yaml",
    "bands.yaml",
    "findings.yaml",
    "rulebook.yaml",
    "cases/households.yaml",
)
BAND_ORDER = ("red", "orange", "yellow", "blue")
CATEGORY_FILES = {
    "人口基础": "indicators/1_population.yaml",
    "财产收入": "indicators/2_income_property.yaml",
    "医疗": "indicators/3_medical.yaml",
    "教育": "indicators/4_education.yaml",
    "就业": "indicators/5_employment.yaml",
    "住房": "indicators/6_housing.yaml",
    "低边": "indicators/7_bianyuan.yaml",
    "刚性支出": "indicators/8_rigid_spending.yaml",
}


@dataclass(frozen=True)
class Row:
    """列表文件里的一项：在哪个文件第几项，内容。"""

    file: str
    place: int
    category: str
    values: Mapping[str, Any]

    @property
    def code(self) -> str:
        """代码；没写为空。"""
        return str(self.values.get("code", ""))


def indicators(files: Files) -> list[Row]:
    """全部指标，按类别。"""
    return [
        Row(name, place, category, values)
        for category, name in CATEGORY_FILES.items()
        for place, values in enumerate(read(files[name]) or [] if name in files else [])
    ]


def indicator(files: Files, code: str) -> Row | None:
    """一项指标。"""
    return next((row for row in indicators(files) if row.code == code), None)


def with_indicator(files: Files, code: str, values: Mapping[str, Any], category: str) -> dict[str, str]:
    """添或改一项；换了类别就移到那一类的文件里。"""
    item = dict(values)
    item["when"] = rule_text(str(values["when"]))
    item["departments"] = flow_list(list(values["departments"]))
    if item.get("level") == "人":
        item.pop("per", None)
    item["points"] = _plain_number(values["points"])
    old, target = indicator(files, code) if code else None, CATEGORY_FILES[category]
    if old is not None and old.file == target:
        return {**files, target: replaced(files[target], None, old.place, one_line(item))}
    rest = without_indicator(files, code) if old else dict(files)
    return {**rest, target: replaced(rest.get(target, ""), None, None, one_line(item))}


def without_indicator(files: Files, code: str) -> dict[str, str]:
    """去掉一项。"""
    row = indicator(files, code)
    return dict(files) if row is None else {**files, row.file: replaced(files[row.file], None, row.place, None)}


def with_points(files: Files, code: str, points: float) -> dict[str, str]:
    """只改一项的分值。"""
    row = indicator(files, code)
    if row is None:
        raise ServiceError(f"这一版里没有代码为 {code} 的指标，可能刚被删去。", code="no_indicator", status=409)
    return with_indicator(files, code, {**row.values, "points": points}, row.category)


def parameters(files: Files) -> dict[str, Mapping[str, Any]]:
    """名称 → unit、basis、values（日期 → 数或 {城, 乡}）。"""
    return dict(read(files[PARAMETERS]) or {})


def with_parameter(
    files: Files, name: str, *, unit: str, basis: str, values: Mapping[date, Mapping[str, float]]
) -> dict[str, str]:
    """添或改一个参数；没有变的旧行照原样留着。``values``：生效日 → {城, 乡}，另定的乡镇再加九位代码。"""
    data = load(files[PARAMETERS])
    old = data.get(name)
    if old is None:
        item = {"unit": unit, "basis": basis, "values": _dated({}, values)}
        return {**files, PARAMETERS: files[PARAMETERS].rstrip("\n") + "\n" + dump({name: item})}
    if str(old["unit"]) != unit:
        old["unit"] = unit
    if str(old["basis"]) != basis:
        old["basis"] = basis
    old["values"] = _dated(old["values"], values)
    return {**files, PARAMETERS: dump(data)}


def without_parameter(files: Files, name: str) -> dict[str, str]:
    """去掉一个参数。"""
    data = load(files[PARAMETERS])
    data.pop(name, None)
    return {**files, PARAMETERS: dump(data)}


def placed(value: Any) -> dict[str, float]:
    """``640`` 或 ``{城: 780, 乡: 640}`` → 城、乡两个数。"""
    if isinstance(value, Mapping):
        return {"城": float(value["城"]), "乡": float(value["乡"])}
    return {"城": float(value), "乡": float(value)}


def townships(value: Any) -> dict[str, float]:
    """另定标准的乡镇：九位代码 → 数；没有为空。"""
    if not isinstance(value, Mapping):
        return {}
    return {str(code): float(own) for code, own in value.items() if code not in {"城", "乡"}}


def bands(files: Files) -> list[Mapping[str, Any]]:
    """四级，由重到轻。"""
    rows = {str(row["band"]): row for row in read(files[BANDS])["bands"]}
    return [rows[band] for band in BAND_ORDER if band in rows]


def with_bands(files: Files, lows: Mapping[str, float], meanings: Mapping[str, str] | None = None) -> dict[str, str]:
    """改四级的下限（上限随上一级的下限）和含义。"""
    data = load(files[BANDS])
    above: float | None = None
    for row in sorted(data["bands"], key=lambda item: BAND_ORDER.index(item["band"])):
        band = str(row["band"])
        row["low"] = _plain_number(lows[band])
        if above is None:
            row.pop("high", None)
        else:
            row["high"] = _plain_number(above)
        if meanings and meanings.get(band):
            row["meaning"] = meanings[band]
        above = lows[band]
    return {**files, BANDS: dump(data)}


def indices(files: Files) -> dict[str, Mapping[str, Any]]:
    """指数：名称 → key、formula、basis。"""
    return dict(read(files[BANDS]).get("indices") or {})


def with_index(files: Files, title: str, *, formula: str, basis: str) -> dict[str, str]:
    """改一个指数的公式与依据。"""
    data = load(files[BANDS])
    row = data["indices"][title]
    if str(row["formula"]).split() != formula.split():
        row["formula"] = rule_text(formula)
    row["basis"] = basis
    return {**files, BANDS: dump(data)}


def limits(files: Files) -> list[Row]:
    """由规则发现的问题的口径。"""
    rows = read(files[FINDINGS]).get("limits") or []
    return [Row(FINDINGS, place, str(values.get("finding", "")), values) for place, values in enumerate(rows)]


def finding_titles(files: Files) -> dict[str, str]:
    """发现的种类：代码 → 名称。"""
    return {str(key): str(item["title"]) for key, item in read(files[FINDINGS])["findings"].items()}


def with_limit(files: Files, code: str, values: Mapping[str, Any]) -> dict[str, str]:
    """添或改一条口径。"""
    item = {**values, "when": rule_text(str(values["when"]))}
    place = next((row.place for row in limits(files) if row.code == code), None) if code else None
    return {**files, FINDINGS: replaced(files[FINDINGS], "limits", place, one_line(item))}


def without_limit(files: Files, code: str) -> dict[str, str]:
    """去掉一条口径。"""
    place = next((row.place for row in limits(files) if row.code == code), None)
    if place is None:
        return dict(files)
    return {**files, FINDINGS: replaced(files[FINDINGS], "limits", place, None)}


def cases(files: Files) -> list[Row]:
    """测试用例。"""
    rows = (read(files[CASES]).get("cases") or []) if CASES in files else []
    return [Row(CASES, place, "", values) for place, values in enumerate(rows)]


def case_base(files: Files) -> Mapping[str, Any]:
    """用例共同的底子：day 与 base。"""
    data = read(files[CASES])
    return {
        "day": data["day"],
        "household": data["base"].get("household", {}),
        "member": data["base"].get("member", {}),
    }


def with_case(files: Files, place: int | None, values: Mapping[str, Any]) -> dict[str, str]:
    """添或改一个用例。``values``：name、day（可空）、household、members、expect。"""
    item: dict[str, Any] = {"name": values["name"]}
    if values.get("day"):
        item["day"] = values["day"]
    if values.get("household"):
        item["household"] = flow(values["household"])
    if values.get("members"):
        item["members"] = [flow(member) for member in values["members"]]
    expect = values["expect"]
    item["expect"] = flow({key: _flowing(value) for key, value in expect.items()})
    return {**files, CASES: replaced(files[CASES], "cases", place, item)}


def without_case(files: Files, place: int) -> dict[str, str]:
    """去掉一个用例。"""
    return {**files, CASES: replaced(files[CASES], "cases", place, None)}


def with_head(files: Files, **values: Any) -> dict[str, str]:
    """改封面：标题、版本、施行日期。"""
    data = load(files[HEAD])
    data.update(values)
    return {**files, HEAD: dump(data)}


def head(files: Files) -> Mapping[str, Any]:
    """封面。"""
    found: Mapping[str, Any] = read(files[HEAD])
    return found


def rules(files: Files) -> Iterator[tuple[str, str, str]]:
    """全部规则：出处、名称、原文。"""
    for row in indicators(files):
        yield row.code, str(row.values["name"]), str(row.values["when"])
    for row in limits(files):
        yield row.code, str(row.values["name"]), str(row.values["when"])
    for title, item in indices(files).items():
        yield title, title, str(item["formula"])


def _dated(old: Any, values: Mapping[date, Mapping[str, float]]) -> Any:
    """日期从早到晚；与旧行相同的保留旧写法。"""
    rows: dict[date, Any] = {}
    for day in sorted(values):
        wanted = values[day]
        if day in old and dict(wanted) in (placed(old[day]), {**placed(old[day]), **townships(old[day])}):
            rows[day] = old[day]
        elif wanted["城"] == wanted["乡"] and len(wanted) == len(("城", "乡")):
            rows[day] = _plain_number(wanted["城"])
        else:
            named = {int(name) if name.isdecimal() else name: _plain_number(own) for name, own in wanted.items()}
            rows[day] = flow(named)
    if list(rows) == list(old) and all(rows[day] is old[day] for day in rows):
        return old
    if not hasattr(old, "copy_attributes"):
        return flow(rows) if len(rows) == 1 else rows
    for day in [day for day in old if day not in rows]:
        del old[day]
    for place, (day, value) in enumerate(rows.items()):
        if day not in old:
            old.insert(place, day, value)
        else:
            old[day] = value
    if len(rows) > 1:
        old.fa.set_block_style()
    return old


def _flowing(value: Any) -> Any:
    if isinstance(value, Mapping):
        return flow(value)
    return flow_list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _plain_number(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)
