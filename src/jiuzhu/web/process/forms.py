"""待办的筛选与各项办理的表单。"""

from typing import Any

from django import forms
from django.http import QueryDict

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.access.scope import after
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.selectors import area_choices

from . import selectors
from .definition import Limit
from .models import Task
from .movement import Branch
from .selectors import Rows

SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control"}


class TaskFilter(forms.Form):
    """待办的筛选：流程、乡镇、催办情况。"""

    process = forms.ChoiceField(label="流程", required=False, widget=forms.Select(SELECT))
    township = forms.ChoiceField(label="乡镇", required=False, widget=forms.Select(SELECT))
    urge = forms.ChoiceField(label="催办", required=False, widget=forms.Select(SELECT))

    def __init__(self, data: QueryDict, *, scope: AccessScope) -> None:
        super().__init__(data)
        towns = [item for area in scope.areas if len(area) == 6 for item in area_choices(area, Level.TOWNSHIP)]
        self._choose("process", "全部流程", [(row.code, row.title) for row in selectors.definitions()])
        self._choose("township", "全部乡镇", towns)
        self.has_townships = bool(towns)
        self._choose("urge", "不限", [(str(code), title) for code, title in Task.Urge.choices if code])
        for field in self.fields.values():
            field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，已改为全部。"

    def _choose(self, name: str, title: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", title), *choices]

    def chosen(self) -> dict[str, str]:
        """通过检查的条件。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def problems(self) -> list[str]:
        """各条件的问题，一句一条。"""
        return [str(message) for messages in self.errors.values() for message in messages]

    def apply(self, rows: Rows) -> Rows:
        """按条件筛选。"""
        chosen = self.chosen()
        if "process" in chosen:
            rows = rows.filter(instance__definition__code=chosen["process"])
        if "township" in chosen:
            area = chosen["township"]
            rows = rows.filter(division_code__gte=area, division_code__lt=after(area))
        if "urge" in chosen:
            rows = rows.filter(urge=int(chosen["urge"]))
        return rows


class CompleteForm(forms.Form):
    """办结：选结果，写情况；要几个人办的选同办人，分送的选部门。"""

    outcome = forms.ChoiceField(
        label="办理结果", widget=forms.RadioSelect, error_messages={"required": "请选一个办理结果。"}
    )
    note = forms.CharField(
        label="办理情况",
        required=False,
        max_length=2000,
        widget=forms.Textarea({**CONTROL, "rows": 4}),
        help_text="写明做了什么、依据是什么。不写证件号、电话、账号。",
    )
    companions = forms.TypedMultipleChoiceField(
        label="同办人", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    departments = forms.TypedMultipleChoiceField(
        label="分送部门", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label="办理期限（工作日）",
        required=False,
        min_value=1,
        max_value=60,
        widget=forms.NumberInput({**CONTROL, "placeholder": "不填按流程规定"}),
        error_messages={"min_value": "期限至少 1 个工作日。", "max_value": "期限至多 60 个工作日。"},
    )

    def __init__(self, data: QueryDict | None, *, task: Task) -> None:
        super().__init__(data)
        self.node = task.definition
        is_multi = self.node.kind == "multi"
        chosen = [(item.code, item.title) for item in self.node.outcomes]
        self._choose("outcome", [("sent", "分送")] if is_multi else chosen)
        self.fields["outcome"].initial = "sent" if is_multi else None
        if self.node.persons > 1:
            people = selectors.office_people(task, but=None)
            self._choose("companions", [(str(pk), name) for pk, name in people])
        else:
            del self.fields["companions"]
        if is_multi:
            self._choose("departments", selectors.as_choices(selectors.departments(task.division_code)))
        else:
            del self.fields["departments"], self.fields["days"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def values(self) -> dict[str, Any]:
        """交给服务的参数。"""
        cleaned = self.cleaned_data
        limit = Limit(cleaned["days"], "wd") if cleaned.get("days") else None
        return {
            "outcome": cleaned["outcome"],
            "note": cleaned["note"],
            "companions": tuple(cleaned.get("companions", [])),
            "branches": tuple(Branch(pk, limit, cleaned["note"][:120]) for pk in cleaned.get("departments", [])),
        }


class AbsenceForm(forms.Form):
    """登记不在岗。"""

    deputy = forms.TypedChoiceField(
        label="代办人",
        coerce=int,
        widget=forms.Select(SELECT),
        error_messages={"required": "请选代办人。", "invalid_choice": "代办人须是同单位今天在岗的人。"},
    )
    from_date = forms.DateField(
        label="自",
        widget=forms.DateInput({**CONTROL, "placeholder": "如 2026年10月31日"}),
        error_messages={"required": "请填开始日期。", "invalid": "日期写法不对，请写成 2026年10月31日 这样。"},
    )
    to_date = forms.DateField(
        label="至",
        widget=forms.DateInput({**CONTROL, "placeholder": "当天也算"}),
        error_messages={"required": "请填截止日期。", "invalid": "日期写法不对，请写成 2026年10月31日 这样。"},
    )
    note = forms.CharField(label="事由", required=False, max_length=120, widget=forms.TextInput(CONTROL))

    def __init__(self, data: QueryDict | None, *, colleagues: list[tuple[int, str]]) -> None:
        super().__init__(data)
        field = self.fields["deputy"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选"), *((str(pk), name) for pk, name in colleagues)]


class CalendarDayForm(forms.Form):
    """另定一天。"""

    day = forms.DateField(
        label="日期",
        widget=forms.DateInput({**CONTROL, "placeholder": "如 2026年10月31日"}),
        error_messages={"required": "请填日期。", "invalid": "日期写法不对，请写成 2026年10月31日 这样。"},
    )
    is_working = forms.TypedChoiceField(
        label="这天",
        coerce=lambda value: value == "1",
        choices=[("0", "放假"), ("1", "上班")],
        widget=forms.Select(SELECT),
    )
    note = forms.CharField(
        label="说明", max_length=120, widget=forms.TextInput(CONTROL), error_messages={"required": "请写说明。"}
    )
    source = forms.CharField(
        label="依据", max_length=120, widget=forms.TextInput(CONTROL), error_messages={"required": "请写依据（文号）。"}
    )
