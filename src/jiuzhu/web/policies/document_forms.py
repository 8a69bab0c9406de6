"""政策文件的表单。"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from .models import PolicyDocument
from .rulebook_forms import HouseForm

WRONG_DAY = "日期写法不对，请写成 2026年12月31日 这样。"


def day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """一个日子。"""
    return forms.DateField(
        label=label, required=required, help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": WRONG_DAY},
    )  # fmt: skip


class DocumentForm(HouseForm):
    """一份文件的登记。"""

    title = forms.CharField(label="标题", max_length=200, help_text="照文件写全，不用书名号")
    number = forms.CharField(label="文号", max_length=60, required=False, help_text="如 民发〔2021〕57号；没有的空着")
    issuer = forms.CharField(label="发文机关", max_length=80)
    issued_on = day("发文日期")
    in_force_on = day("从哪天起施行")
    ended_on = day("从哪天起废止", required=False, help_text="还有效的空着")
    ended_why = forms.CharField(label="为什么废止", max_length=200, required=False, help_text="如被哪份文件代替")
    programmes = forms.MultipleChoiceField(
        label="管着哪些救助项目", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="勾上的项目，在一本账里能点开这份文件",
    )  # fmt: skip
    note = forms.CharField(
        label="要点",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="几句话，给窗口看",
    )

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["programmes"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = programmes

    def clean(self) -> dict[str, Any]:
        """日期有先后；废止要写原因。"""
        found = super().clean() or {}
        issued, start, end = (found.get(name) for name in ("issued_on", "in_force_on", "ended_on"))
        if issued and start and start < issued:
            self.add_error("in_force_on", "施行日期不能早于发文日期。")
        if start and end and end < start:
            self.add_error("ended_on", "废止日期不能早于施行日期。")
        if end and not found.get("ended_why"):
            self.add_error("ended_why", "写了废止日期，就要写为什么废止。")
        if found.get("ended_why") and not end and "ended_on" not in self.errors:
            self.add_error("ended_on", "写了为什么废止，就要写从哪天起。")
        return found

    def clean_title(self) -> str:
        """去掉书名号。"""
        title: str = self.cleaned_data["title"].strip("《》 ")
        if not title:
            raise ValidationError("请写标题。")
        return title


class DocumentFilter(forms.Form):
    """找文件：字、有没有效、哪个项目；写错的当作没写。"""

    q = forms.CharField(label="找文件", required=False, max_length=50)
    state = forms.ChoiceField(label="效力", required=False, choices=[("", "全部"), *PolicyDocument.State.choices])
    programme = forms.ChoiceField(label="项目", required=False)

    def __init__(self, data: Any, *, programmes: list[tuple[str, str]]) -> None:
        states = dict(PolicyDocument.State.choices)
        kept = {"q": str(data.get("q", ""))[:50]}
        kept |= {"state": data["state"]} if data.get("state") in states else {}
        kept |= {"programme": data["programme"]} if data.get("programme") in dict(programmes) else {}
        super().__init__(kept)
        field = self.fields["programme"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "全部"), *programmes]
        for name in self.fields:
            self.fields[name].widget.attrs["class"] = "form-control" if name == "q" else "form-select"
