"""规则手册各处的表单。规则一栏写错了，错误写在栏下，指出第几个字、可能想写什么。"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jiuzhu.web.divisions.departments import ALL, department_code

from .rulebook import content
from .rulebook.lazily import checking

POINTS_MOST = 20
PER = [("人", "每名成员都计"), ("户", "一户计一次")]
LEVELS = [("户", "户：看整户的事实"), ("人", "人：对每名成员各看一次")]


class HouseForm(forms.Form):
    """统一样式与说法。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.HiddenInput):
                continue
            style = "form-select" if isinstance(widget, forms.Select) else "form-control"
            widget.attrs.setdefault("class", style)
            field.error_messages["required"] = f"请写{field.label}。"


class RuleForm(HouseForm):
    """有一句规则的表单。"""

    rule_field, expect = "when", "bool"
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, texts: Mapping[str, str], own_code: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.texts, self.own_code = texts, own_code
        box = self.fields[self.rule_field].widget
        box.attrs.update(
            {"rows": 4, "spellcheck": "false", "autocomplete": "off", "data-rule": "", "class": "form-control rule"}
        )

    def check_rule(self, level: str) -> None:
        """查规则；错误挂在规则一栏。"""
        text = self.cleaned_data.get(self.rule_field)
        if not text:
            return
        for mistake in checking.check_rule(self.texts, text, expect=self.expect, level=level).mistakes:  # type: ignore[arg-type]
            hint = f"；是不是想写“{'”或“'.join(mistake.suggestions)}”" if mistake.suggestions else ""
            self.add_error(self.rule_field, f"{mistake.where}：{mistake.reason}{hint}")


class IndicatorForm(RuleForm):
    """一项指标。"""

    code = forms.RegexField(
        r"^[A-Z]{2}-\d{2,3}$", label="代码", help_text="两个大写字母、横线、两位数，如 YL-08；不能与别的重复",
        error_messages={"invalid": "代码写成 YL-08 这样：两个大写字母、横线、两三位数。"},
    )  # fmt: skip
    name = forms.CharField(label="名称", max_length=40, help_text="写给办事的人看的一句话")
    category = forms.ChoiceField(label="类别", choices=[(name, name) for name in content.CATEGORY_FILES])
    level = forms.ChoiceField(label="看户还是看人", choices=LEVELS)
    per = forms.ChoiceField(label="户级指标怎么计分", choices=PER, required=False, help_text="人级指标总是按人计")
    when = forms.CharField(label="什么时候成立", widget=forms.Textarea, strip=True)
    points = forms.FloatField(
        label="分值", min_value=-POINTS_MOST, max_value=POINTS_MOST, help_text="正分为困难，负分为宽裕；可以有一位小数",
        error_messages={"invalid": "分值要填数字。", "min_value": "分值不能低于 −20。", "max_value": "分值不能高于 20。"},
        widget=forms.NumberInput(attrs={"step": "0.5"}),
    )  # fmt: skip
    departments = forms.MultipleChoiceField(
        label="预警时告知哪些部门", widget=forms.CheckboxSelectMultiple, error_messages={"required": "至少选一个部门。"}
    )
    basis = forms.CharField(
        label="依据", max_length=200, help_text="文号、条款或参照哪里的口径；没有公布出处的写“自拟”"
    )

    def __init__(self, *args: Any, departments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box = self.fields["departments"]
        assert isinstance(box, forms.MultipleChoiceField)
        box.choices = departments

    def clean_code(self) -> str:
        """不与别的重复。"""
        code: str = self.cleaned_data["code"]
        if code != self.own_code and content.indicator(self.texts, code) is not None:
            raise ValidationError(f"已有代码为 {code} 的指标，请换一个。")
        return code

    def clean(self) -> dict[str, Any]:
        """查规则。"""
        found = super().clean() or {}
        self.check_rule(found.get("level", "户"))
        return found

    def values(self) -> dict[str, Any]:
        """写进手册的各处，次序固定。"""
        keys = ("code", "name", "level", "per", "when", "points", "departments", "basis")
        return {key: self.cleaned_data[key] for key in keys if key != "per" or self.cleaned_data["level"] == "户"}


class LimitForm(RuleForm):
    """数据发现的一条口径。"""

    code = forms.RegexField(
        r"^[A-Z]{2}-\d{2,3}$", label="代码", help_text="如 CB-10；不能与别的重复",
        error_messages={"invalid": "代码写成 CB-10 这样：两个大写字母、横线、两三位数。"},
    )  # fmt: skip
    name = forms.CharField(label="名称", max_length=60)
    finding = forms.ChoiceField(label="算哪一种发现")
    when = forms.CharField(label="什么时候成立", widget=forms.Textarea)
    basis = forms.CharField(label="依据", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box = self.fields["finding"]
        assert isinstance(box, forms.ChoiceField)
        ruled = ("property_over_limit", "income_over_limit", "entitled_unaided")
        box.choices = [(key, title) for key, title in content.finding_titles(self.texts).items() if key in ruled]

    def clean_code(self) -> str:
        """不与别的重复。"""
        code: str = self.cleaned_data["code"]
        if code != self.own_code and any(row.code == code for row in content.limits(self.texts)):
            raise ValidationError(f"已有代码为 {code} 的口径，请换一个。")
        return code

    def clean(self) -> dict[str, Any]:
        """查规则。"""
        found = super().clean() or {}
        self.check_rule("户")
        return found

    def values(self) -> dict[str, Any]:
        """写进手册的各处。"""
        return {key: self.cleaned_data[key] for key in ("code", "finding", "name", "when", "basis")}


class IndexForm(RuleForm):
    """一个指数的公式。"""

    rule_field, expect = "formula", "number"
    formula = forms.CharField(label="公式", widget=forms.Textarea, help_text="结果是 0 到 100 的数")
    basis = forms.CharField(label="依据", max_length=200)

    def clean(self) -> dict[str, Any]:
        """查公式。"""
        found = super().clean() or {}
        self.check_rule("户")
        return found


class BandsForm(HouseForm):
    """四级区间的下限与含义。"""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rows: list[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            self.fields[f"low_{row['band']}"] = forms.FloatField(
                label=f"{row['title']}色从几分起",
                initial=row["low"],
                widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.5"}),
                error_messages={"required": f"请写{row['title']}色的下限。", "invalid": "下限要填数字。"},
            )
            self.fields[f"meaning_{row['band']}"] = forms.CharField(
                label="怎么办",
                initial=row.get("meaning", ""),
                max_length=60,
                widget=forms.TextInput(attrs={"class": "form-control"}),
                error_messages={"required": "请写这一级怎么办。"},
            )

    @property
    def pairs(self) -> list[tuple[Mapping[str, Any], Any, Any]]:
        """每级一行。"""
        return [(row, self[f"low_{row['band']}"], self[f"meaning_{row['band']}"]) for row in self.rows]

    def clean(self) -> dict[str, Any]:
        """由高到低。"""
        found = super().clean() or {}
        lows = [found.get(f"low_{band}") for band in content.BAND_ORDER]
        known = [low for low in lows if low is not None]
        if len(known) == len(lows) and any(a <= b for a, b in pairwise(known)):
            raise ValidationError("四级的下限要由高到低：红大于橙，橙大于黄，黄大于蓝。还没有保存。")
        return found

    def lows(self) -> dict[str, float]:
        """各级下限。"""
        return {band: self.cleaned_data[f"low_{band}"] for band in content.BAND_ORDER}

    def meanings(self) -> dict[str, str]:
        """各级含义。"""
        return {band: self.cleaned_data[f"meaning_{band}"] for band in content.BAND_ORDER}


class NameForm(HouseForm):
    """草稿的名称与说明。"""

    name = forms.CharField(label="这一版叫什么", max_length=80, help_text="如“2026年第四季度调整”")
    note = forms.CharField(
        label="改了什么、为什么", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="发布的人先看这里，再看逐条对照",
    )  # fmt: skip


class ReasonForm(HouseForm):
    """退回、作废的原因。"""

    reason = forms.CharField(label="原因", max_length=500, error_messages={"required": "请写明原因。"})


class SubmitForm(HouseForm):
    """提交时的说明。"""

    note = forms.CharField(label="改了什么、为什么", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PublishForm(HouseForm):
    """从哪天起施行。"""

    in_force = forms.DateField(
        label="从哪天起施行",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"required": "请写从哪天起施行。", "invalid": "日期写法不对，请写成 2026年12月31日 这样。"},
    )


def department_choices(files: Mapping[str, str], present: set[str]) -> list[tuple[str, str]]:
    """部门选项：手册里已用的写法在前；``present`` 是本县有单位的部门代码，没有的写明。"""
    used = {
        department_code(str(name)): str(name)
        for row in content.indicators(files)
        for name in row.values.get("departments", [])
    }
    found = []
    for department in ALL:
        name = used.get(department.code, department.name)
        found.append((name, name if department.code in present else f"{name}（本县没有登记这个单位）"))
    order = {name: place for place, name in enumerate(used.values())}
    return sorted(found, key=lambda item: (item[0] not in order, order.get(item[0], 0)))
