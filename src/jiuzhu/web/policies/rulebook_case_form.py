"""用例的表单：一户人家的事实、成员、应有的结论。没写的事实照共同的底子。"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .rulebook import content
from .rulebook.lazily import checking
from .rulebook_forms import HouseForm

WORDS = ("成立", "不成立", "无法判断")
BANDS = [("", "不查"), *((name, name) for name in ("红", "橙", "黄", "蓝", "无"))]
PAIR = re.compile(r"^\s*(?P<name>\S+?)\s*[=＝:：]\s*(?P<value>.+?)\s*$")
TRUE, FALSE, UNKNOWN = {"是", "真", "有"}, {"否", "假", "无"}, {"未知", "不知道", "空"}


class CaseForm(HouseForm):
    """事实一行一个，写成“名称 = 值”，值写数、是、否、未知或文字；成员之间空一行。"""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="这是怎样的一户", max_length=80, help_text="一句话，如“核定收入差一分到低保标准”")
    day = forms.DateField(
        label="评估哪一天", required=False, help_text="不填用共同的日期",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期写法不对，请写成 2026年12月31日 这样。"},
    )  # fmt: skip
    household = forms.CharField(
        label="这一户与普通人家的不同", required=False, widget=forms.Textarea(attrs={"rows": 6, "data-rule": "", "spellcheck": "false"}),
        help_text="一行一个，如：月人均核定收入 = 639.99。值写数、是、否、未知",
    )  # fmt: skip
    members = forms.CharField(
        label="各名成员", required=False, widget=forms.Textarea(attrs={"rows": 6, "data-rule": "", "spellcheck": "false"}),
        help_text="每名成员的不同之处一行一个，成员之间空一行；与底子一样的成员写“同底子”。不填就是一名普通成员",
    )  # fmt: skip
    holds = forms.CharField(label="应成立的指标", required=False, help_text="代码之间用顿号或空格隔开")
    fails = forms.CharField(label="应不成立的指标", required=False)
    unclear = forms.CharField(label="应无法判断的指标", required=False)
    band = forms.ChoiceField(label="应在哪个区间", choices=BANDS, required=False)
    score = forms.FloatField(
        label="应得几分", required=False, help_text="不填就不查", error_messages={"invalid": "要填数字。"}
    )
    findings = forms.CharField(
        label="应有的数据发现",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一行一个，如：CB-01 = 成立",
    )

    def __init__(self, *args: Any, texts: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts = texts
        self.fields["score"].widget.attrs["step"] = "any"

    def clean_household(self) -> dict[str, Any]:
        """户级事实。"""
        return self._facts(self.cleaned_data["household"], "家庭")

    def clean_members(self) -> list[dict[str, Any]]:
        """每名成员的个人事实。"""
        blocks = re.split(r"\n\s*\n", self.cleaned_data["members"].replace("\r", "").strip())
        found = ["" if block.strip() == "同底子" else block for block in blocks if block.strip()]
        return [self._facts(block, "个人") for block in found]

    def clean_findings(self) -> dict[str, str]:
        """发现代码 → 成立、不成立、无法判断。"""
        known, found = {row.code for row in content.limits(self.texts)}, {}
        for name, word in self._pairs(self.cleaned_data["findings"]):
            if name not in known:
                raise ValidationError(f"没有代码为 {name} 的口径。")
            if word not in WORDS:
                raise ValidationError(f"{name} 后面写成立、不成立或无法判断。")
            found[name] = word
        return found

    def clean(self) -> dict[str, Any]:
        """至少要查一样。"""
        found = super().clean() or {}
        known = {row.code for row in content.indicators(self.texts)}
        for field in ("holds", "fails", "unclear"):
            codes = re.split(r"[\s、，,]+", str(found.get(field, "")).strip())
            found[field] = [code for code in codes if code]
            if missing := [code for code in found[field] if code not in known]:
                self.add_error(field, f"没有代码为 {'、'.join(missing)} 的指标。")
        if not self.errors and not self.expect():
            raise ValidationError("还没有写应有的结论：至少写一项指标、区间、得分或发现。")
        return found

    def expect(self) -> dict[str, Any]:
        """应有的结论，照手册的写法。"""
        cleaned = self.cleaned_data
        found: dict[str, Any] = {
            word: cleaned[field]
            for word, field in zip(WORDS, ("holds", "fails", "unclear"), strict=True)
            if cleaned.get(field)
        }
        if cleaned.get("score") is not None:
            found["score"] = int(cleaned["score"]) if cleaned["score"].is_integer() else cleaned["score"]
        if cleaned.get("band"):
            found["band"] = cleaned["band"]
        if cleaned.get("findings"):
            found["findings"] = cleaned["findings"]
        return found

    def values(self) -> dict[str, Any]:
        """写进手册的用例。"""
        keys = ("name", "day", "household", "members")
        return {**{key: self.cleaned_data[key] for key in keys}, "expect": self.expect()}

    def _pairs(self, text: str) -> list[tuple[str, str]]:
        found = []
        for line in text.splitlines():
            if not line.strip():
                continue
            match = PAIR.match(line)
            if match is None:
                raise ValidationError(f"“{line.strip()}”应写成“名称 = 值”。")
            found.append((match["name"], match["value"]))
        return found

    def _facts(self, text: str, level: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self._pairs(text):
            used = checking.used_name(name, {})
            if used.level != level:
                hint = checking.nearest_names(name, level)
                raise ValidationError(
                    f"没有“{name}”这个{level}事实" + (f"；是不是想写“{'”或“'.join(hint)}”" if hint else "。")
                )
            found[name] = self.value_of(name, value, used.kind)
        return found

    @staticmethod
    def value_of(name: str, text: str, kind: str) -> Any:
        """用例里写的一个值 → 数、是否、未知或文字。"""
        return _value(name, text, kind)


def _value(name: str, text: str, kind: str) -> Any:
    if text in UNKNOWN:
        return None
    if kind == "是否":
        if text in TRUE | FALSE:
            return text in TRUE
        raise ValidationError(f"“{name}”要写是、否或未知。")
    if kind == "数":
        try:
            number = float(text.replace(",", ""))
        except ValueError as error:
            raise ValidationError(f"“{name}”要写数或未知，现在是“{text}”。") from error
        return int(number) if number.is_integer() else number
    return text


def case_initial(values: Mapping[str, Any]) -> dict[str, Any]:
    """已有的用例 → 表单里的写法。"""
    expect = values.get("expect", {})
    members = [_lines(member) or "同底子" for member in values.get("members", [])]
    return {
        "name": values.get("name", ""),
        "day": values.get("day") if isinstance(values.get("day"), date) else None,
        "household": _lines(values.get("household", {})),
        "members": "\n\n".join(members),
        "holds": "、".join(expect.get("成立", [])),
        "fails": "、".join(expect.get("不成立", [])),
        "unclear": "、".join(expect.get("无法判断", [])),
        "band": expect.get("band", ""),
        "score": expect.get("score"),
        "findings": "\n".join(f"{code} = {word}" for code, word in (expect.get("findings") or {}).items()),
    }


def _lines(values: Mapping[str, Any]) -> str:
    return "\n".join(f"{name} = {value_words(value)}" for name, value in values.items())


def value_words(value: Any) -> str:
    """用例里的一个值。"""
    if value is None:
        return "未知"
    if isinstance(value, bool):
        return "是" if value else "否"
    return f"{value:.12g}" if isinstance(value, int | float) else str(value)
