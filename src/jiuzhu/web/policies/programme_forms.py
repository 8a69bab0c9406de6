"""救助项目的表单：八要素、一句规则、用例。"""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .rulebook import programmes
from .rulebook.lazily import checking
from .rulebook.yaml_text import read
from .rulebook_case_form import CaseForm
from .rulebook_forms import HouseForm, RuleForm

KINDS = ("基本生活救助", "专项社会救助", "急难社会救助", "社会福利", "社会力量")
PERIODS = [("月", "每月"), ("年", "每年"), ("学年", "每学年"), ("次", "按次"), ("", "不发钱")]
UNITS = [("户", "户：全户一个结论"), ("人", "人：每个人一个结论")]
FOUND_BY = [("数据", "部门数据就能筛出"), ("询问", "要问本人才知道")]
WORDS = [("符合", "符合"), ("不符合", "不符合"), ("无法判断", "无法判断")]


class Lines(forms.CharField):
    """一行一项。"""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value: Any) -> list[str]:
        """去掉空行与首尾空白。"""
        text: str = super().clean(value)
        return [line.strip() for line in text.splitlines() if line.strip()]


class ElementsForm(HouseForm):
    """八要素与各项说明。改规则在各句规则的页上。"""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="名称", max_length=40)
    kind = forms.ChoiceField(label="种类", choices=[(kind, kind) for kind in KINDS])
    summary = forms.CharField(
        label="一句话", max_length=200, widget=forms.Textarea(attrs={"rows": 2}), help_text="小学文化能读懂：什么样的人、能得到什么"
    )  # fmt: skip
    basis = Lines(label="政策依据", help_text="一行一条，写到第几条；没有公布出处的写“自拟”")
    standard = forms.CharField(
        label="救助标准", max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text="用一句话说；怎么算在“给多少”里改"
    )  # fmt: skip
    period = forms.ChoiceField(label="多久发一次", choices=PERIODS, required=False)
    process = Lines(rows=5, label="救助流程", help_text="一步一行，写成：做什么 | 谁办 | 多久。多久可以空着")
    limits = forms.CharField(label="救助时限", max_length=200)
    platform = forms.CharField(label="信息平台", max_length=60)
    office = forms.CharField(label="责任股室", max_length=60)
    phone = forms.RegexField(
        r"^[0-9０-９\-－ 转（）()、]{3,40}$", label="联系电话", error_messages={"invalid": "电话只写数字和横线，几个电话用顿号隔开。"}
    )  # fmt: skip
    departments = forms.MultipleChoiceField(
        label="部门", widget=forms.CheckboxSelectMultiple, error_messages={"required": "至少选一个部门。"},
        help_text="第一个是经办部门",
    )  # fmt: skip
    materials = Lines(label="材料", required=False, help_text="一行一样；部门能查到的不要让本人带")
    renewal = forms.CharField(label="多久复核", max_length=200)
    found_by = forms.ChoiceField(label="怎么找到人", choices=FOUND_BY)
    excludes = forms.MultipleChoiceField(label="不能同时享受", widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(
        self, *args: Any, texts: Mapping[str, str], own_code: str, departments: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.own_code = texts, own_code
        others = [(item.code, item.title) for item in programmes.programmes(texts) if item.code != own_code]
        for name, choices in (("departments", departments), ("excludes", others)):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = choices

    def clean_process(self) -> list[dict[str, str]]:
        """每步三样。"""
        steps = []
        for line in self.cleaned_data["process"]:
            parts = [part.strip() for part in re.split(r"[|｜]", line)]
            if len(parts) not in {2, 3} or not all(parts[:2]):
                raise ValidationError(f"“{line}”要写成：做什么 | 谁办 | 多久。")
            steps.append(dict(zip(("name", "who", "limit"), [*parts, ""][:3], strict=True)))
        return steps

    def clean_departments(self) -> list[str]:
        """原来的次序不动，新选的排在后面；第一个是经办部门。"""
        chosen: list[str] = self.cleaned_data["departments"]
        item = programmes.programme(self.texts, self.own_code)
        old = [str(name) for name in item.values.get("departments") or []] if item else []
        return [name for name in old if name in chosen] + [name for name in chosen if name not in old]

    def clean_excludes(self) -> list[str]:
        """原来的次序不动。"""
        chosen: list[str] = self.cleaned_data["excludes"]
        item = programmes.programme(self.texts, self.own_code)
        old = [str(code) for code in item.values.get("excludes") or []] if item else []
        return [code for code in old if code in chosen] + [code for code in chosen if code not in old]

    def values(self) -> dict[str, Any]:
        """写进手册的各处。"""
        return {key: self.cleaned_data[key] for key in (*programmes.TEXTS, *programmes.LISTS, "process")}


class NewProgrammeForm(ElementsForm):
    """添一个项目：另写代码、按户还是按人、第一条认定条件。"""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{2,29}$", label="代码", help_text="拼音小写，如 gaoling；以后不能改",
        error_messages={"invalid": "代码用小写字母、数字和下划线，字母开头，三到三十个。"},
    )  # fmt: skip
    unit = forms.ChoiceField(label="按户还是按人", choices=UNITS)
    condition_name = forms.CharField(label="第一条认定条件", max_length=60, help_text="写给办事的人看的一句话")
    condition_when = forms.CharField(
        label="怎么算", widget=forms.Textarea(attrs={"rows": 2, "data-rule": "", "spellcheck": "false"}),
        help_text="规则，如：户有低保；别的条件建好以后再添",
    )  # fmt: skip
    condition_article = forms.CharField(label="依据哪一条", max_length=120)
    condition_ask = forms.CharField(label="不清楚时问什么、查什么", max_length=200)
    field_order = ("revision", "code", "title", "unit", "kind", "summary")

    def clean_code(self) -> str:
        """不重复。"""
        code: str = self.cleaned_data["code"]
        if programmes.programme(self.texts, code) is not None:
            raise ValidationError(f"已有代码为 {code} 的项目，请换一个。")
        return code

    def clean(self) -> dict[str, Any]:
        """查第一条规则。"""
        found = super().clean() or {}
        text, level = found.get("condition_when"), found.get("unit", "户")
        if text:
            for mistake in checking.check_rule(self.texts, text, level=level, programme="").mistakes:
                self.add_error("condition_when", f"{mistake.where}：{mistake.reason}")
        return found

    def values(self) -> dict[str, Any]:
        """另有新项目才写的几处。"""
        keys = ("unit", *(f"condition_{key}" for key in programmes.PARTS["conditions"][1]))
        return {**super().values(), **{key: self.cleaned_data[key] for key in keys}}


class ProgrammeRuleForm(RuleForm):
    """一句规则：认定条件、一档标准、一项加发、一句提醒。各部分只要其中几栏。"""

    name = forms.CharField(label="名称", max_length=60, help_text="写给办事的人看的一句话")
    when = forms.CharField(label="什么时候成立", widget=forms.Textarea, strip=True)
    amount = forms.CharField(label="给多少", widget=forms.Textarea, strip=True)
    text = forms.CharField(label="提醒什么", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    article = forms.CharField(label="依据哪一条", max_length=120, help_text="没有公布出处的写“自拟”")
    ask = forms.CharField(label="不清楚时问什么、查什么", max_length=200, help_text="能由部门查到的不让本人跑")

    def __init__(self, *args: Any, part: str, level: str, programme: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part, self.level, self.programme = part, level, programme
        wanted = programmes.PARTS[part][1]
        for name in [name for name in self.fields if name not in {*wanted, "revision"}]:
            del self.fields[name]
        if part == "tiers":
            self.fields["when"].required = False
            self.fields["when"].label = "哪种情形"
            self.fields["when"].help_text = "空着就是“其余情形”，只能是最后一档"
        if part == "notes":
            self.fields["article"].required = False
        for name in {"when", "amount"} & set(self.fields):
            box = self.fields[name].widget
            box.attrs.update(
                {"rows": 3, "spellcheck": "false", "autocomplete": "off", "data-rule": "", "class": "form-control rule"}
            )

    def clean(self) -> dict[str, Any]:
        """查规则。"""
        found = super().clean() or {}
        for field, expect in (("when", "bool"), ("amount", "number")):
            if not found.get(field):
                continue
            checked = checking.check_rule(
                self.texts, found[field], expect=expect, level=self.level, programme=self.programme  # type: ignore[arg-type]
            )  # fmt: skip
            for mistake in checked.mistakes:
                hint = f"；是不是想写“{'”或“'.join(mistake.suggestions)}”" if mistake.suggestions else ""
                self.add_error(field, f"{mistake.where}：{mistake.reason}{hint}")
        return found

    def values(self) -> dict[str, Any]:
        """写进手册的各栏。"""
        return {key: self.cleaned_data[key] for key in programmes.PARTS[self.part][1]}


class HeldForm(RuleForm):
    """怎样算已在享受。"""

    rule_field = "when"
    when = forms.CharField(
        label="怎样算已在享受", widget=forms.Textarea, required=False, help_text="如：户有低保。没有名单可对的空着"
    )

    def __init__(self, *args: Any, level: str, programme: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level, self.programme = level, programme

    def clean(self) -> dict[str, Any]:
        """查规则。"""
        found = super().clean() or {}
        if text := found.get("when"):
            for mistake in checking.check_rule(self.texts, text, level=self.level, programme=self.programme).mistakes:
                self.add_error("when", f"{mistake.where}：{mistake.reason}")
        return found


class ProgrammeCaseForm(CaseForm):
    """一个项目的用例：一户人家，应有的结论、金额、不成立的条件、缺什么。"""

    outcome = forms.ChoiceField(label="应有的结论", choices=WORDS)
    amount = forms.DecimalField(
        label="应有的金额（元）", required=False, decimal_places=2, max_digits=12, help_text="不填就不查",
        error_messages={"invalid": "金额要填数字，最多两位小数。"},
    )  # fmt: skip
    person = forms.IntegerField(
        label="看第几个成员", required=False, min_value=1, max_value=20, help_text="按人的项目；不填看第一个",
        error_messages={"invalid": "要填整数。"},
    )  # fmt: skip
    failed = Lines(label="应不成立的条件", rows=2, required=False, help_text="一行一个，写条件的名称")
    missing = Lines(label="应缺的", rows=2, required=False, help_text="一行一个，写事实或问题的名称")
    tier = forms.CharField(label="应是哪一档", required=False, max_length=60)
    gap = forms.CharField(label="差多少应写成", required=False, max_length=120)
    reminders = Lines(label="应有的提醒", rows=2, required=False, help_text="一行一个，写提醒的名称")
    field_order = ("revision", "name", "day", "household", "members", "outcome", "amount")
    LISTS = (("不成立", "failed"), ("缺", "missing"), ("提醒", "reminders"))
    SINGLE = (("结论", "outcome"), ("成员", "person"), ("金额", "amount"), ("档次", "tier"), ("差", "gap"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("holds", "fails", "unclear", "band", "score", "findings"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """指标那几栏这里没有。"""
        return dict(self.cleaned_data)

    def expect(self) -> dict[str, Any]:
        """应有的结论，照手册的写法。"""
        cleaned = self.cleaned_data
        found: dict[str, Any] = {}
        for word, field in self.SINGLE:
            value = cleaned.get(field)
            if value not in (None, ""):
                found[word] = float(value) if field == "amount" else value
        return found | {word: cleaned[field] for word, field in self.LISTS if cleaned.get(field)}

    def _facts(self, text: str, level: str) -> dict[str, Any]:
        """另可写要问本人的事。"""
        asked = {name: item for name, item in checking.asked(self.texts).items() if item["source"] == "问本人"}
        own, found = [], {}
        for name, value in self._pairs(text):
            item = asked.get(name)
            if item is None or (item["level"] == "人") is not (level == "个人"):
                own.append(f"{name} = {value}")
            else:
                found[name] = self.value_of(name, value, item["kind"])
        return {**super()._facts("\n".join(own), level), **found}


def elements_initial(item: programmes.Written) -> dict[str, Any]:
    """已有的项目 → 表单里的写法。"""
    values = item.values
    found: dict[str, Any] = {key: str(values.get(key, "") or "") for key in programmes.TEXTS}
    for key in ("basis", "materials"):
        found[key] = "\n".join(str(line) for line in values.get(key) or [])
    for key in ("departments", "excludes"):
        found[key] = [str(name) for name in values.get(key) or []]
    steps = ([str(step.get(key) or "") for key in ("name", "who", "limit")] for step in values.get("process") or [])
    found["process"] = "\n".join(" | ".join(part for part in step if part) for step in steps)
    return found


def expect_initial(expect: Mapping[str, Any]) -> dict[str, Any]:
    """应有的结论 → 表单里的写法。"""
    found: dict[str, Any] = {field: expect.get(word) for word, field in ProgrammeCaseForm.SINGLE if word in expect}
    for word, field in ProgrammeCaseForm.LISTS:
        found[field] = "\n".join(str(name) for name in expect.get(word) or [])
    return found


def levels_of(item: programmes.Written) -> str:
    """按户还是按人。"""
    return "人" if str(item.values.get("unit")) == "人" else "户"


def base_of(texts: Mapping[str, str]) -> Mapping[str, Any]:
    """项目用例共同的底子。"""
    found: Mapping[str, Any] = read(texts[programmes.BASE]) if programmes.BASE in texts else {}
    return found
