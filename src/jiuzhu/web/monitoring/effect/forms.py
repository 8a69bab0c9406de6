"""成效页的条件。写错的说明后略去，不让整页出错。"""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import QueryDict
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.departments import CHOICES
from jiuzhu.web.divisions.selectors import area_choices
from jiuzhu.web.monitoring.labels import CATEGORIES
from jiuzhu.web.monitoring.models import HouseholdWarning

from .filters import Filters

GROUPS = {"township": "乡镇", "department": "部门", "category": "类别", "band": "级别"}
MONTHS = 24
USUAL = 12
SELECT = {"class": "form-select"}


def month_choices(today: date) -> list[tuple[str, str]]:
    """最近两年的各月，近的在前。"""
    first = today.replace(day=1)
    days = [first - relativedelta(months=number) for number in range(MONTHS)]
    return [(f"{day:%Y-%m}", f"{day.year}年{day.month}月") for day in days]


class EffectFilter(forms.Form):
    """哪段时间、哪里、哪个部门、哪一类、哪一级、怎么分组。"""

    since = forms.ChoiceField(label="从", required=False, widget=forms.Select(SELECT))
    until = forms.ChoiceField(label="到", required=False, widget=forms.Select(SELECT))
    township = forms.ChoiceField(label="乡镇", required=False, widget=forms.Select(SELECT))
    department = forms.ChoiceField(label="部门", required=False, widget=forms.Select(SELECT))
    category = forms.ChoiceField(label="类别", required=False, widget=forms.Select(SELECT))
    band = forms.ChoiceField(label="级别", required=False, widget=forms.Select(SELECT))
    by = forms.ChoiceField(label="分组", required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        today = timezone.localdate()
        months = month_choices(today)
        self.usual = (today.replace(day=1) - relativedelta(months=USUAL - 1), today.replace(day=1))
        super().__init__({"since": f"{self.usual[0]:%Y-%m}", "until": f"{self.usual[1]:%Y-%m}", **data.dict()})
        townships = [item for area in scope.areas for item in area_choices(area, Level.TOWNSHIP)]
        for name, choices in {
            "since": months,
            "until": months,
            "township": [("", "全部乡镇"), *townships],
            "department": [("", "全部部门"), *CHOICES],
            "category": [("", "全部类别"), *((name, name) for name in CATEGORIES)],
            "band": [("", "全部级别"), *HouseholdWarning.Band.choices],
            "by": list(GROUPS.items()),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，没有用这个条件。"

    def clean(self) -> dict[str, Any]:
        """起止颠倒的说明。"""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("since") and cleaned.get("until") and cleaned["since"] > cleaned["until"]:
            self.add_error("until", "“到”的月份在“从”之前，已改为最近一年。")
            cleaned.pop("since", None)
        return cleaned

    def filters(self) -> Filters:
        """通过检查的条件；时间没写或写错取最近一年。"""
        self.is_valid()
        kept = self.cleaned_data
        both = kept.get("since") and kept.get("until")
        since, until = (month_of(kept["since"]), month_of(kept["until"])) if both else self.usual
        names = ("township", "department", "category", "band")
        return Filters(since=since, until=until, **{name: kept.get(name, "") for name in names})

    def grouping(self) -> str:
        """分组；没写按乡镇。"""
        self.is_valid()
        return self.cleaned_data.get("by") or "township"

    def problems(self) -> list[str]:
        """各条件的问题。"""
        return [str(message) for messages in self.errors.values() for message in messages]

    def spoken(self) -> str:
        """用了哪些条件，一句话。"""
        return self.spoken_of("township", "department", "category", "band")

    def spoken_of(self, *names: str) -> str:
        """这几个条件里用了哪些。"""
        self.is_valid()
        parts = []
        for name in names:
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            titles = {str(code): str(title) for code, title in field.choices}  # type: ignore[union-attr,misc]
            if value := self.cleaned_data.get(name):
                parts.append(titles.get(value, value))
        return "，".join(parts)


def month_of(text: str) -> date:
    """``2026-03`` → 这个月的第一天。"""
    return date.fromisoformat(f"{text}-01")
