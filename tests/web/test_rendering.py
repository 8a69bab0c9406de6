"""直接拼的控件与 Django 的模板写出同样的内容。"""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from jiuzhu.web.ground.rendering import QuickForms


class Sample(forms.Form):
    name = forms.CharField(initial='<张三> & "李四"', max_length=20, widget=forms.TextInput({"class": "form-control"}))
    count = forms.IntegerField(initial=3, min_value=1)
    day = forms.DateField(required=False, disabled=True, widget=forms.DateInput({"type": "date"}))
    code = forms.CharField(required=False, widget=forms.HiddenInput)
    place = forms.ChoiceField(choices=[("", "不限"), ("组", [("1", "一<组>"), ("2", "二组")])], initial="2")
    several = forms.MultipleChoiceField(choices=[("a", "甲"), ("b", "乙")], initial=["a", "b"], required=False)
    words = forms.CharField(widget=forms.Textarea, initial="第一行\n<b>")


def tidy(html: str) -> str:
    return re.sub(r"\s*(<|>)\s*", r"\1", html)


@pytest.mark.parametrize("data", [None, {"name": "'王五'", "count": "x", "place": "9", "several": ["b"]}])
def test_与模板相同(data: dict[str, object] | None) -> None:
    for field in Sample.base_fields:
        quick, slow = (str(Sample(data, renderer=renderer())[field]) for renderer in (QuickForms, DjangoTemplates))
        assert tidy(quick) == tidy(slow), field
