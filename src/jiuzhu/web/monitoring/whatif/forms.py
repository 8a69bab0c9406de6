"""测算的表单：哪一版、与哪一版比、按哪天的标准、只算哪些项目。"""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from jiuzhu.web.policies.models import RulebookVersion

from .services import Asked

NOW = "now"
BASE = "base"


class CostingForm(forms.Form):
    """``programmes``：(种类, [(代码, 名称)])。"""

    version = forms.ChoiceField(label="改后的一版", help_text="草稿在前；已发布的也可以")
    against = forms.ChoiceField(label="与哪一版比", help_text="可以是另一个草稿，两种改法并排看")
    standards_on = forms.DateField(
        label="按哪天的标准", help_text="草稿里添的是明年的标准，就填明年那一天；各户的情况仍用最近一次监测的",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请写按哪天的标准。", "invalid": "日期写法不对，请写成 2026年12月31日 这样。"},
    )  # fmt: skip
    programmes = forms.MultipleChoiceField(
        label="只算哪些项目", required=False, widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "项目里没有这一项，请重选。"},
    )  # fmt: skip
    note = forms.CharField(
        label="为什么测算",
        required=False,
        max_length=300,
        help_text="写给以后查看的人，如“县常委会要看提高到 820 元的账”",
    )

    def __init__(
        self, *args: Any, versions: list[RulebookVersion], programmes: list[tuple[str, list[tuple[str, str]]]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        named = [(str(item.pk), f"{item}（{item.state.label}）") for item in versions]
        self._choose("version", named)
        self._choose("against", [(NOW, "今天施行的"), (BASE, "它从哪一版改起的"), *named])
        self._choose("programmes", [row for _, rows in programmes for row in rows])
        self.groups = programmes
        for name in ("version", "against"):
            self.fields[name].widget.attrs["class"] = "form-select"
        for name in ("standards_on", "note"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.error_messages["invalid_choice"] = f"{field.label}里没有这一项，请重选。"

    @property
    def ticks(self) -> list[tuple[str, list[Any]]]:
        """各种类的项目，供勾选。"""
        boxes = {tick.data["value"]: tick for tick in self["programmes"]}
        return [(kind, [boxes[code] for code, _ in rows]) for kind, rows in self.groups]

    def clean(self) -> dict[str, Any]:
        """不与自己比。"""
        found = super().clean() or {}
        if found.get("version") and found.get("version") == found.get("against"):
            self.add_error("against", "这是同一版，请另选一版来比。")
        return found

    def clean_standards_on(self) -> date:
        """早于手册最早的标准，由计算时说明。"""
        day: date = self.cleaned_data["standards_on"]
        if day.year < 2000 or day.year > 2100:
            raise ValidationError("日期写法不对，请写成 2026年12月31日 这样。")
        return day

    def asked(self) -> Asked:
        """测算什么。"""
        cleaned = self.cleaned_data
        return Asked(cleaned["standards_on"], tuple(cleaned["programmes"]), cleaned["note"])
