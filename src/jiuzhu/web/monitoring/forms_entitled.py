"""政策找人的筛选。"""

from typing import Any

from django import forms

from .entitled import STATES


class EntitledFilter(forms.Form):
    """状态、项目、乡镇；写错的当作没写。"""

    state = forms.ChoiceField(label="情形", required=False)
    programme = forms.ChoiceField(label="项目", required=False)
    township = forms.ChoiceField(label="乡镇", required=False)

    def __init__(self, data: Any, *, programmes: list[tuple[str, str]], townships: list[tuple[str, str]]) -> None:
        choices = {
            "state": [("", "全部"), *((code, words) for code, (words, _) in STATES.items())],
            "programme": [("", "全部"), *programmes],
            "township": [("", "全部"), *townships],
        }
        kept = {name: data.get(name, "") for name, rows in choices.items() if data.get(name) in dict(rows)}
        super().__init__(kept)
        for name, rows in choices.items():
            field = self.fields[name]
            field.choices = rows  # type: ignore[attr-defined]
            field.widget.attrs["class"] = "form-select"
