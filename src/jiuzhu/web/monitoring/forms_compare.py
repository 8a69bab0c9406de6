"""对比页的筛选条件。"""

from typing import Any

import polars as pl
from django import forms
from django.http import QueryDict

from .compared import MOVES, ORDER
from .models import Run


class CompareFilter(forms.Form):
    """比哪两次，看哪一类、哪一级、哪个乡镇。"""

    q = forms.CharField(label="户编号", required=False, max_length=40)
    move = forms.ChoiceField(label="变动", required=False)
    before = forms.ChoiceField(label="上次级别", required=False)
    after = forms.ChoiceField(label="这次级别", required=False)
    township = forms.ChoiceField(label="乡镇", required=False)

    def __init__(self, data: QueryDict, *, runs: list[Run], table: pl.DataFrame) -> None:
        super().__init__(data)
        self.runs = runs
        self._titles: dict[tuple[str, str], str] = {}
        places = table.select("township_code", "township").filter(pl.col("township_code") != "").unique()
        self._choose("move", "有变动的", list(MOVES.items()))
        self._choose("before", "不限", ORDER)
        self._choose("after", "不限", ORDER)
        self._choose("township", "全部乡镇", sorted(places.iter_rows()))
        self.fields["q"].widget.attrs.update(
            placeholder="户编号末几位", **{"class": "form-control", "data-search": "", "type": "search"}
        )

    def chosen(self) -> dict[str, str]:
        """通过检查的条件；没通过的不用，由页面说明。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def spoken(self) -> dict[str, str]:
        """条件的名目与中文值，写进导出的“说明”。"""
        return {str(self.fields[name].label): self._title(name, value) for name, value in self.chosen().items()}

    def problems(self) -> list[str]:
        """各条件的问题，一句一条。"""
        return [str(message) for messages in self.errors.values() for message in messages]

    def _choose(self, name: str, title: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", title), *choices]
        self._titles |= {(name, code): str(label) for code, label in choices}
        field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，已改为不限。"
        field.widget.attrs["class"] = "form-select"

    def _title(self, name: str, value: str) -> str:
        return self._titles.get((name, value), value)
