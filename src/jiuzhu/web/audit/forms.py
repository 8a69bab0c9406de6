"""审计记录的筛选条件。写错的说清楚，不悄悄忽略。"""

from typing import Any

from django import forms
from django.apps import apps
from django.http import QueryDict

from .actions import actions


class EntryFilter(forms.Form):
    """谁、什么岗位、做了什么、对什么、哪几天、为什么。"""

    who = forms.CharField(label="办事人", required=False, max_length=40)
    post = forms.CharField(label="岗位", required=False, max_length=40)
    action = forms.ChoiceField(label="动作", required=False)
    since = forms.DateField(label="从", required=False)
    until = forms.DateField(label="到", required=False)
    reason = forms.CharField(label="事由", required=False, max_length=40)
    kind = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    key = forms.CharField(label="对象编号", required=False, max_length=80)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        action = self.fields["action"]
        assert isinstance(action, forms.ChoiceField)
        action.choices = action_choices()
        action.error_messages["invalid_choice"] = "没有这种动作，已改为全部。"
        for name in ("since", "until"):
            field = self.fields[name]
            field.error_messages["invalid"] = (
                f"“{field.label}”的日期写法不对，请写成 2026年11月5日 这样；已不用这个条件。"
            )
            field.widget.attrs["placeholder"] = "如 2026年11月5日"
        for field in self.fields.values():
            field.widget.attrs.setdefault(
                "class", "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            )
        self.fields["reason"].widget.attrs |= {"type": "search", "data-search": "", "placeholder": "事由里的字"}

    def chosen(self) -> dict[str, Any]:
        """通过检查的条件。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def problems(self) -> list[str]:
        """各条件的问题，一句一条。"""
        return [str(message) for messages in self.errors.values() for message in messages]


def action_choices() -> list[tuple[str, Any]]:
    """全部动作，按所属部分分组。"""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, title in sorted(actions().items()):
        label = code.partition(".")[0]
        name = str(apps.get_app_config(label).verbose_name) if label in apps.app_configs else "其他"
        groups.setdefault(name, []).append((code, title))
    return [("", "全部动作"), *groups.items()]
