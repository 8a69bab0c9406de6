"""名单的筛选条件。网址里写错的条件要说清楚,不能变成 500,也不能悄悄忽略。"""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from . import selectors
from .models import LAST_DAY, Finding, HouseholdWarning, Run

BLANK = ""


class ListForm(forms.Form):
    """筛选表单的共同部分:中文报错、下拉第一项为“全部”。"""

    def __init__(self, data: QueryDict, *, run: Run) -> None:
        super().__init__(data)
        self.run = run
        self.describe()
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，已改为全部。"
                field.widget.attrs["class"] = "form-select"
            else:
                field.widget.attrs.setdefault("class", "form-control")

    def describe(self) -> None:
        """子类在此按当期数据填下拉项。"""

    def choose(self, name: str, title: str, choices: list[tuple[str, str]]) -> None:
        """给一个下拉框填项。"""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(BLANK, title), *choices]

    def chosen(self) -> dict[str, Any]:
        """通过检查的条件;没通过的不用,由页面说明。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (BLANK, None)}

    def problems(self) -> list[str]:
        """各条件的问题,一句一条。"""
        return [str(message) for messages in self.errors.values() for message in messages]


class WarningFilter(ListForm):
    """预警名单的筛选与排序。"""

    SORTS = {
        "": ("band_order", "-score", "household_id"),
        "score": ("score", "household_id"),
        "-score": ("-score", "household_id"),
        "place": ("township_code", "village_code", "band_order", "-score", "household_id"),
        "members": ("-members", "band_order", "-score", "household_id"),
    }

    q = forms.CharField(label="户编号", required=False, max_length=40)
    state = forms.ChoiceField(label="办到哪里", required=False)
    band = forms.ChoiceField(label="级别", required=False)
    township = forms.ChoiceField(label="乡镇", required=False)
    category = forms.ChoiceField(label="类别", required=False)
    department = forms.ChoiceField(label="部门", required=False)
    indicator = forms.ChoiceField(label="指标", required=False)
    low = forms.FloatField(label="得分不低于", required=False, widget=forms.HiddenInput)
    high = forms.FloatField(label="得分低于", required=False, widget=forms.HiddenInput)
    sort = forms.ChoiceField(label="排序", required=False, widget=forms.HiddenInput)

    def describe(self) -> None:
        """级别、乡镇、类别、部门、指标都只列当期有的。"""
        indicators = self.run.rulebook.get("indicators", {})
        categories = sorted({item["category"] for item in indicators.values()})
        departments = self.run.shown.get("departments", [])
        self.choose("state", "全部", [(code.value, title) for code, title in selectors.STATES.items()])
        self.choose("band", "全部级别", list(HouseholdWarning.Band.choices))
        self.choose("township", "全部乡镇", selectors.township_choices(self.run))
        self.choose("category", "全部类别", [(name, name) for name in categories])
        self.choose("department", "全部部门", [(name, name) for name in departments])
        self.choose("indicator", "全部指标", [(code, item["name"]) for code, item in sorted(indicators.items())])
        self.choose("sort", "从重到轻", [(key, key) for key in self.SORTS if key])
        self.fields["low"].error_messages["invalid"] = "得分下限要填数字，已不用这个条件。"
        self.fields["high"].error_messages["invalid"] = "得分上限要填数字，已不用这个条件。"
        self.fields["q"].widget.attrs.update(placeholder="户编号末几位", **{"data-search": "", "type": "search"})

    def apply(self, rows: QuerySet[HouseholdWarning]) -> QuerySet[HouseholdWarning]:
        """按条件筛选并排序。"""
        chosen = self.chosen()
        lookups = {
            "q": "household_id__iendswith",
            "state": "state",
            "band": "band",
            "township": "township_code",
            "category": "categories__contains",
            "department": "departments__contains",
            "indicator": "indicators__contains",
            "low": "score__gte",
            "high": "score__lt",
        }
        for name, lookup in lookups.items():
            if name in chosen:
                value = chosen[name]
                rows = rows.filter(**{lookup: [value] if lookup.endswith("__contains") else value})
        return rows.order_by(*self.SORTS[chosen.get("sort", "")])


class FindingFilter(ListForm):
    """数据发现的筛选。"""

    kind = forms.ChoiceField(label="种类", required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label="办到哪里", required=False)
    township = forms.ChoiceField(label="乡镇", required=False)

    def describe(self) -> None:
        """种类固定,乡镇取当期。"""
        self.choose("state", "全部", [(code.value, title) for code, title in selectors.FINDING_STATES.items()])
        self.choose("kind", "全部种类", list(Finding.Kind.choices))
        self.choose("township", "全部乡镇", selectors.township_choices(self.run))

    def apply(self, rows: QuerySet[Finding]) -> QuerySet[Finding]:
        """按条件筛选。"""
        chosen = self.chosen()
        for name in ("kind", "state"):
            if name in chosen:
                rows = rows.filter(**{name: chosen[name]})
        if "township" in chosen:
            rows = rows.filter(township_code=chosen["township"])
        return rows


class QuarantineFilter(ListForm):
    """隔离与忽略的筛选:按原因、按文件。"""

    code = forms.ChoiceField(label="原因", required=False)
    file = forms.ChoiceField(label="文件", required=False)

    def __init__(self, data: QueryDict, *, run: Run, part: str, names: list[str]) -> None:
        self.part, self.names = part, names
        super().__init__(data, run=run)

    def describe(self) -> None:
        """原因与文件都只列当期有的。"""
        reasons = self.run.shown.get(self.part, [])
        self.choose("code", "全部原因", [(row["code"], row["title"]) for row in reasons])
        self.choose("file", "全部文件", [(name, name) for name in self.names])


class StartForm(forms.Form):
    """发起监测:评估到哪一天。"""

    as_of = forms.DateField(
        label="评估日期",
        required=False,
        widget=forms.DateInput(attrs={"class": "form-control", "placeholder": "如 2026年10月31日"}),
        error_messages={"invalid": "评估日期写法不对，请写成 2026年10月31日 这样。没有发起监测。"},
    )


class ScheduleForm(forms.Form):
    """自动监测:每月几日、新到一批要不要补算。"""

    DAY = f"请填 1 到 {LAST_DAY} 的日子；二月也有这一天。没有保存。"

    day = forms.IntegerField(
        label="每月几日监测",
        required=False,
        min_value=1,
        max_value=LAST_DAY,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
        error_messages={"invalid": DAY, "min_value": DAY, "max_value": DAY},
    )
    after_batch = forms.BooleanField(
        label="新到、更正、撤回一批之后自动补算",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
