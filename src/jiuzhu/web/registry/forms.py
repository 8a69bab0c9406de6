"""对象库的表单：名单的条件、走访、更正、上报、合并拆分。"""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.codes import WIDTHS, Level
from jiuzhu.web.divisions.selectors import area_choices, name_of
from jiuzhu.web.ground.errors import ServiceError

from .models import Household, Report
from .selectors import Filters, class_choices
from .services.people import FIELDS, number

SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control"}
AREA = {"class": "form-control", "rows": "4"}
DAY = {"class": "form-control", "type": "date"}
TOO_LONG = "至多 %(limit_value)d 个字。"
SORTS = ("", "score", "-score", "place", "-changed")


class HouseholdFilter(forms.Form):
    """名单的条件。写错的条件说明后略去，不让整页出错。"""

    band = forms.ChoiceField(label="级别", required=False, widget=forms.Select(SELECT))
    kind = forms.ChoiceField(label="来历", required=False, widget=forms.Select(SELECT))
    since = forms.DateField(label="变化起自", required=False, widget=forms.DateInput(DAY))
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(data)
        self.titles: dict[str, dict[str, str]] = {}
        self.fields["class"] = forms.ChoiceField(label="类别", required=False, widget=forms.Select(SELECT))
        self.fields["place"] = forms.ChoiceField(label="地方", required=False, widget=forms.Select(SELECT))
        self._choose("band", "不限", list(Household.Band.choices))
        self._choose("kind", "不限", list(Household.Kind.choices))
        self._choose("class", "不限", class_choices())
        places = place_choices(scope, data.get("place", ""))
        self._choose("place", "全部", places)
        self.has_places = bool(places)
        self.fields["since"].error_messages["invalid"] = "日期写法不对，这一条没有用。"
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，已改为不限。"

    def _choose(self, name: str, title: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", title), *choices]
        self.titles[name] = dict(choices)

    def filters(self) -> Filters:
        """查询用的条件。"""
        self.is_valid()
        given = self.cleaned_data
        sort = given.get("sort") or ""
        return Filters(
            class_code=given.get("class") or "",
            band=given.get("band") or "",
            kind=given.get("kind") or "",
            area=given.get("place") or "",
            changed_since=given.get("since"),
            sort=sort if sort in SORTS else "",
        )

    def spoken(self) -> dict[str, str]:
        """条件的名目与中文值，写进导出的说明。"""
        self.is_valid()
        told = {}
        for name in ("class", "band", "kind", "place"):
            if value := self.cleaned_data.get(name):
                told[str(self.fields[name].label)] = self.titles[name][value].strip()
        if day := self.cleaned_data.get("since"):
            told["变化起自"] = f"{day.year}年{day.month}月{day.day}日"
        return told

    def problems(self) -> list[str]:
        """各条件的问题。"""
        return [str(message) for messages in self.errors.values() for message in messages]


def place_choices(scope: Scope, chosen: str) -> list[tuple[str, str]]:
    """所辖之内可选的地方：县岗列各乡镇，选定乡镇后再列它的村；镇岗列各村。"""
    found: list[tuple[str, str]] = []
    for area in scope.areas:
        if len(area) <= WIDTHS[Level.COUNTY]:
            found += area_choices(area, Level.TOWNSHIP)
        elif len(area) == WIDTHS[Level.TOWNSHIP]:
            found += area_choices(area, Level.VILLAGE)
    town = chosen[: WIDTHS[Level.TOWNSHIP]]
    if len(town) == WIDTHS[Level.TOWNSHIP] and scope.covers(town) and (town, name_of(town)) in found:
        at = found.index((town, name_of(town))) + 1
        found[at:at] = [(code, f"　{name}") for code, name in area_choices(town, Level.VILLAGE)]
    if chosen and scope.covers(chosen) and chosen not in dict(found) and name_of(chosen):
        found.insert(0, (chosen, name_of(chosen)))
    return found


class VisitForm(forms.Form):
    """一次走访。"""

    at = forms.DateTimeField(
        label="走访时间",
        widget=forms.DateTimeInput({"class": "form-control", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"required": "请填走访时间。", "invalid": "时间写法不对。"},
    )
    place = forms.CharField(
        label="地点", required=False, max_length=100, widget=forms.TextInput(CONTROL | {"placeholder": "不填即为家中"})
    )
    text = forms.CharField(
        label="看到的情况",
        max_length=4000,
        widget=forms.Textarea(AREA | {"placeholder": "吃穿、住房、身体、收入有没有变化，有什么急难"}),
        error_messages={"required": "请写下看到的情况。", "max_length": TOO_LONG},
    )

    def values(self) -> dict[str, Any]:
        """交给服务的内容。"""
        at: datetime = self.cleaned_data["at"]
        return {"at": at, "place": self.cleaned_data["place"], "text": self.cleaned_data["text"]}


def visit_form(data: QueryDict | None = None) -> VisitForm:
    """空表单的时间是现在。"""
    now = timezone.localtime().replace(second=0, microsecond=0, tzinfo=None)
    return VisitForm(data, initial=None if data else {"at": now})


class CorrectForm(forms.Form):
    """更正一项。"""

    field = forms.ChoiceField(label="更正哪一项", choices=list(FIELDS.items()), widget=forms.Select(SELECT))
    value = forms.CharField(
        label="改成",
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(CONTROL | {"autocomplete": "off"}),
        help_text="出生日期写成 1965-03-12；电话、账号、住址留空表示没有。",
    )
    reason = forms.CharField(
        label="理由和凭据",
        max_length=300,
        widget=forms.TextInput(CONTROL | {"placeholder": "如：户口簿原件，本人到窗口"}),
        error_messages={"required": "请写明理由和凭据。"},
    )


class ReportForm(forms.Form):
    """上报一名有困难的人：谁、在哪、什么困难。"""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label="姓名", max_length=60, widget=forms.TextInput(CONTROL | {"autocomplete": "off"}),
        error_messages={"required": "请写姓名。", "max_length": TOO_LONG},
    )  # fmt: skip
    phone = forms.CharField(
        label="电话",
        required=False,
        max_length=20,
        widget=forms.TextInput(CONTROL | {"inputmode": "tel", "autocomplete": "off"}),
    )
    id_number = forms.CharField(
        label="身份证号", required=False, max_length=20, widget=forms.TextInput(CONTROL | {"autocomplete": "off"}),
        help_text="知道就填，好与已有的档案对上；不知道可以不填。",
    )  # fmt: skip
    division_code = forms.ChoiceField(
        label="在哪个村", widget=forms.Select(SELECT), error_messages={"required": "请选在哪个村。"}
    )
    place = forms.CharField(
        label="具体地点",
        required=False,
        max_length=100,
        widget=forms.TextInput(CONTROL | {"placeholder": "几组几号，或好找的地方"}),
    )
    needs = forms.MultipleChoiceField(
        label="什么困难（可选几样）", choices=Report.Need.choices, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一样困难。", "invalid_choice": "困难的种类不对，请重新选。"},
    )  # fmt: skip
    words = forms.CharField(
        label="说说情况", max_length=2000, widget=forms.Textarea(AREA | {"placeholder": "出了什么事，现在怎么过，最急需什么"}),
        error_messages={"required": "请说说情况。", "max_length": TOO_LONG},
    )  # fmt: skip
    urgent = forms.BooleanField(label="很急，今天就要有人去看", required=False)

    def __init__(self, data: QueryDict | None = None, *, scope: Scope, initial: dict[str, Any] | None = None) -> None:
        villages = [item for area in scope.areas for item in area_choices(area, Level.VILLAGE)]
        super().__init__(data, initial=initial)
        field = self.fields["division_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = villages if len(villages) == 1 else [("", "请选择"), *villages]
        field.error_messages["invalid_choice"] = "这个村不归您当前的岗位管，请重新选。"

    def clean_id_number(self) -> str:
        """填错的号码在这一栏说，不等交上去。"""
        return _number("id_number", self.cleaned_data["id_number"])

    def clean_phone(self) -> str:
        """同上。"""
        return _number("phone", self.cleaned_data["phone"])


def _number(field: str, text: str) -> str:
    try:
        return number(field, text)
    except ServiceError as error:
        raise forms.ValidationError(
            error.message.removesuffix("没有改动。").rstrip("；") + "，不知道可以不填。"
        ) from error


class MergeForm(forms.Form):
    """提出合并：并入谁、为什么。"""

    reason = forms.CharField(
        label="为什么是同一个人",
        max_length=300,
        widget=forms.Textarea(AREA | {"rows": "2", "placeholder": "如：身份证原件相符，村里证明曾用名"}),
        error_messages={"required": "请写明理由和凭据。"},
    )


class SplitForm(forms.Form):
    """提出拆分：哪些类别认错了人、其实是谁、为什么。"""

    codes = forms.MultipleChoiceField(
        label="认错了人的类别", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选认错了人的类别。"}
    )
    new_name = forms.CharField(
        label="其实是谁", max_length=60, widget=forms.TextInput(CONTROL), error_messages={"required": "请写姓名。"}
    )
    reason = forms.CharField(
        label="为什么不是同一个人",
        max_length=300,
        widget=forms.Textarea(AREA | {"rows": "2"}),
        error_messages={"required": "请写明理由和凭据。"},
    )

    def __init__(self, data: QueryDict | None = None, *, codes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        field = self.fields["codes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = codes
