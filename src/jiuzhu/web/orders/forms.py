"""派单的表单：名单的条件、点单、派给谁、措施、回访、设置。"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import area_choices

from . import selectors
from .models import Asked, Measure, Order, Setting

SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control"}
TOO_LONG = "至多 %(limit_value)d 个字。"
BANDS = [("red", "红色"), ("orange", "橙色"), ("yellow", "黄色"), ("blue", "蓝色")]


def choose(form: forms.Form, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """填上下拉项。"""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = list(choices)


class OrderFilter(forms.Form):
    """名单的条件；写错的说明后略去。"""

    origin = forms.ChoiceField(label="来源", required=False, widget=forms.Select(SELECT))
    kind = forms.ChoiceField(label="种类", required=False, widget=forms.Select(SELECT))
    office = forms.ChoiceField(label="承办单位", required=False, widget=forms.Select(SELECT))
    township = forms.ChoiceField(label="乡镇", required=False, widget=forms.Select(SELECT))
    band = forms.ChoiceField(label="级别", required=False, widget=forms.Select(SELECT))

    def __init__(self, data: QueryDict, *, scope: Scope) -> None:
        super().__init__(data)
        self.scope = scope
        towns = [item for area in scope.areas if len(area) == 6 for item in area_choices(area, Level.TOWNSHIP)]
        offices = selectors.receivers(scope.areas[0].ljust(12, "0")) if scope.areas else Organisation.objects.none()
        self._choose("origin", "全部来源", Order.Origin.choices)
        self._choose("kind", "帮扶与核查", Order.Kind.choices)
        self._choose("office", "全部单位", [(str(row.pk), row.label) for row in offices])
        self._choose("township", "全部乡镇", towns)
        self._choose("band", "全部级别", BANDS)
        self.has_townships, self.has_offices = bool(towns), bool(scope.areas)

    def _choose(self, name: str, title: str, choices: Iterable[tuple[str, str]]) -> None:
        choose(self, name, [("", title), *choices])
        self.fields[name].error_messages["invalid_choice"] = (
            f"{self.fields[name].label}没有“%(value)s”这一项，已改为全部。"
        )

    def chosen(self) -> dict[str, str]:
        """通过检查的条件。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def problems(self) -> list[str]:
        """各条件的问题。"""
        return [str(message) for messages in self.errors.values() for message in messages]

    def apply(self, rows: Any) -> Any:
        """按条件筛选。"""
        chosen = self.chosen()
        for name in ("origin", "kind"):
            if name in chosen:
                rows = rows.filter(**{name: chosen[name]})
        if "band" in chosen:
            rows = rows.filter(household__band=chosen["band"])
        if "township" in chosen:
            rows = selectors.in_area(rows, chosen["township"])
        if "office" in chosen:
            rows = selectors.sent_to(rows, int(chosen["office"]), self.scope)
        return rows


class ReceiversForm(forms.Form):
    """派给哪些单位，要各办什么。每个单位一行：勾上，写要办的事。"""

    def __init__(
        self, data: QueryDict | None = None, *, offices: Iterable[Organisation], proposed: dict[int, str]
    ) -> None:
        super().__init__(data)
        self.offices = list(offices)
        for office in self.offices:
            self.fields[f"to_{office.pk}"] = forms.BooleanField(
                label=office.label, required=False, initial=office.pk in proposed
            )
            self.fields[f"ask_{office.pk}"] = forms.CharField(
                label="要它办什么", required=False, max_length=300, initial=proposed.get(office.pk, ""),
                widget=forms.TextInput(CONTROL | {"placeholder": "要它办什么"}), error_messages={"max_length": TOO_LONG},
            )  # fmt: skip

    def rows(self) -> list[tuple[Organisation, Any, Any]]:
        """一行一个单位：单位、勾选、要办的事。"""
        return [(office, self[f"to_{office.pk}"], self[f"ask_{office.pk}"]) for office in self.offices]

    def asks(self) -> dict[int, str]:
        """勾上的单位 → 要办的事。"""
        return {
            office.pk: self.cleaned_data[f"ask_{office.pk}"].strip()
            for office in self.offices
            if self.cleaned_data.get(f"to_{office.pk}")
        }


class OrderForm(forms.Form):
    """点单：谁家、什么事。"""

    form_key = forms.UUIDField(widget=forms.HiddenInput)
    origin = forms.ChoiceField(label="怎么来的", widget=forms.RadioSelect)
    title = forms.CharField(
        label="什么事", max_length=80, widget=forms.TextInput(CONTROL | {"placeholder": "如：住院自付多，孩子学费交不上"}),
        error_messages={"required": "请写是什么事。", "max_length": TOO_LONG},
        help_text="承办单位看得到这句话。不写姓名、证件号、电话。",
    )  # fmt: skip
    words = forms.CharField(
        label="详细情况", required=False, max_length=1000, widget=forms.Textarea(CONTROL | {"rows": 4}),
        error_messages={"max_length": TOO_LONG}, help_text="只有首问单位与本地的经办人看得到。",
    )  # fmt: skip
    urgent = forms.BooleanField(label="急难：一个工作日接单，三个工作日办好", required=False)

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any], origins: Iterable[str]) -> None:
        super().__init__(data, initial=initial)
        titles = dict(Order.Origin.choices)
        choose(self, "origin", [(code, str(titles[code])) for code in origins])


class PersonForm(forms.Form):
    """还没有档案的人：姓名、电话、在哪里。"""

    person_name = forms.CharField(
        label="姓名", max_length=60, widget=forms.TextInput(CONTROL | {"autocomplete": "off"}),
        error_messages={"required": "请写姓名。", "max_length": TOO_LONG},
    )  # fmt: skip
    phone = forms.CharField(
        label="电话",
        required=False,
        max_length=20,
        widget=forms.TextInput(CONTROL | {"inputmode": "tel", "autocomplete": "off"}),
    )
    division_code = forms.ChoiceField(
        label="在哪个村", widget=forms.Select(SELECT), error_messages={"required": "请选在哪个村。"}
    )
    place = forms.CharField(label="具体地点", required=False, max_length=100, widget=forms.TextInput(CONTROL))

    def __init__(self, data: QueryDict | None = None, *, scope: Scope) -> None:
        super().__init__(data)
        villages = [item for area in scope.areas for item in area_choices(area, Level.VILLAGE)]
        choose(self, "division_code", villages if len(villages) == 1 else [("", "请选择"), *villages])


class MeasureForm(forms.Form):
    """一项措施。"""

    kind = forms.ChoiceField(
        label="给了什么", widget=forms.Select(SELECT), error_messages={"required": "请选给了什么。"}
    )
    programme = forms.CharField(
        label="哪项政策、哪个项目", max_length=80, widget=forms.TextInput(CONTROL | {"placeholder": "如：医疗救助"}),
        error_messages={"required": "请写是哪项政策、哪个项目。", "max_length": TOO_LONG},
    )  # fmt: skip
    amount = forms.DecimalField(
        label="金额（元）", required=False, max_digits=12, decimal_places=2, min_value=0.01,
        widget=forms.TextInput(CONTROL | {"inputmode": "decimal"}),
        error_messages={"invalid": "金额写成数字，如 3000。", "min_value": "金额要大于零。", "max_decimal_places": "金额到分为止。"},
    )  # fmt: skip
    period = forms.ChoiceField(label="多久一次", choices=Measure.Period.choices, widget=forms.Select(SELECT))
    quantity = forms.DecimalField(
        label="数量", required=False, max_digits=10, decimal_places=2, min_value=0.01,
        widget=forms.TextInput(CONTROL | {"inputmode": "decimal"}),
        error_messages={"invalid": "数量写成数字。", "min_value": "数量要大于零。"},
    )  # fmt: skip
    unit = forms.CharField(
        label="单位", required=False, max_length=12, widget=forms.TextInput(CONTROL | {"placeholder": "次、小时、件"})
    )
    on = forms.DateField(
        label="哪天", widget=forms.DateInput({"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填日期。", "invalid": "日期写法不对。"},
    )  # fmt: skip
    note = forms.CharField(label="说明", required=False, max_length=300, widget=forms.TextInput(CONTROL))

    def __init__(self, data: QueryDict | None = None, *, order_kind: str) -> None:
        super().__init__(data, initial=None if data else {"on": timezone.localdate()})
        check = (Measure.Kind.STOP, Measure.Kind.LOWER, Measure.Kind.RECOVER, Measure.Kind.SCHEME, Measure.Kind.OTHER)
        aid = (
            Measure.Kind.CASH, Measure.Kind.GOODS, Measure.Kind.SERVICE, Measure.Kind.RELIEF, Measure.Kind.SCHEME,
            Measure.Kind.OTHER,
        )  # fmt: skip
        kinds = check if order_kind == Order.Kind.CHECK else aid
        choose(self, "kind", [("", "请选择"), *((kind.value, str(kind.label)) for kind in kinds)])


class AskForm(forms.Form):
    """回访：解决没有，满不满意。"""

    solved = forms.ChoiceField(
        label="问题解决没有", choices=[*Asked.Solved.choices, ("unreachable", "联系不上")], widget=forms.RadioSelect,
        error_messages={"required": "请选问题解决没有。"},
    )  # fmt: skip
    satisfaction = forms.TypedChoiceField(
        label="满不满意", required=False, coerce=int, empty_value=None, widget=forms.RadioSelect,
        choices=[("5", "很满意"), ("4", "满意"), ("3", "一般"), ("2", "不满意"), ("1", "很不满意")],
    )  # fmt: skip
    how = forms.ChoiceField(label="怎么问的", choices=Asked.How.choices, widget=forms.RadioSelect, initial="visit")
    words = forms.CharField(
        label="本户的话", required=False, max_length=300, widget=forms.Textarea(CONTROL | {"rows": 3}),
        help_text="联系不上的，写明怎么联系过。不写证件号、电话。", error_messages={"max_length": TOO_LONG},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """问到了的要选满意度；联系不上的要写经过。"""
        given = super().clean() or {}
        solved = given.get("solved")
        if solved == "unreachable" and not given.get("words"):
            self.add_error("words", "联系不上的，请写明怎么联系过。")
        elif solved and solved != "unreachable" and not given.get("satisfaction"):
            self.add_error("satisfaction", "请选满不满意。")
        return given

    def values(self) -> dict[str, Any]:
        """交给服务的内容。"""
        given = dict(self.cleaned_data)
        if given["solved"] == "unreachable":
            given |= {"solved": "", "satisfaction": None}
        return given


class SettingForm(forms.Form):
    """派单设置。"""

    asked_percent = forms.IntegerField(
        label="办结之前回访百分之几的户",
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(CONTROL),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), "比例是 0 到 100 的整数。"),
    )
    data_sender = forms.ChoiceField(
        label="监测预警、政策找人来的单由谁派、谁核对", choices=Setting.Sender.choices, widget=forms.RadioSelect
    )
