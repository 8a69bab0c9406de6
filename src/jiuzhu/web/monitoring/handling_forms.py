"""处置的表单：排除预警、撤回、登记发现的核实结果。"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from .models import Closing, Finding
from .services.findings import PER_MONTH, Outcome, outcomes_for

TOO_LONG = "至多 %(limit_value)d 个字。"
CONTROL = {"class": "form-control"}
WORDS = CONTROL | {"rows": "3"}
MONEY = CONTROL | {"inputmode": "decimal", "autocomplete": "off"}
MONEY_ERRORS = {
    "invalid": "金额要写数字，如 640 或 640.50。",
    "min_value": "金额不能是负的。",
    "max_decimal_places": "至多写到分。",
    "max_digits": "金额太大，请核对。",
    "max_whole_digits": "金额太大，请核对。",
}


class CloseForm(forms.Form):
    """排除一条预警：为什么、怎么核实的。"""

    reason = forms.ChoiceField(
        label="为什么排除", choices=Closing.Reason.choices, widget=forms.RadioSelect,
        error_messages={"required": "请选一个原因。", "invalid_choice": "请选一个原因。"},
    )  # fmt: skip
    words = forms.CharField(
        label="怎么核实的", max_length=500,
        widget=forms.Textarea(WORDS | {"placeholder": "如：11月20日上门，老人随儿子住县城，费用由儿子负担"}),
        error_messages={"required": "请写明怎么核实的、看到了什么。", "max_length": TOO_LONG},
        help_text="这句话留作回测规则的依据。不写证件号、电话。",
    )  # fmt: skip


class UndoForm(forms.Form):
    """撤回：为什么。"""

    reason = forms.CharField(
        label="为什么撤回", max_length=200, widget=forms.TextInput(CONTROL),
        error_messages={"required": "请写明为什么撤回。", "max_length": TOO_LONG},
    )  # fmt: skip


class OutcomeForm(forms.Form):
    """一个发现核实下来怎样。"""

    outcome = forms.ChoiceField(
        label="核实结果", widget=forms.RadioSelect,
        error_messages={"required": "请选一个核实结果。", "invalid_choice": "请选一个核实结果。"},
    )  # fmt: skip
    per_month = forms.DecimalField(
        label="每月金额（元）", required=False, min_value=Decimal(0), max_digits=12, decimal_places=2,
        widget=forms.TextInput(MONEY), error_messages=MONEY_ERRORS,
    )  # fmt: skip
    once = forms.DecimalField(
        label="追回金额（元）", required=False, min_value=Decimal(0), max_digits=12, decimal_places=2,
        widget=forms.TextInput(MONEY), error_messages=MONEY_ERRORS, help_text="只在“属实，追回”时填，写应追回的总数。",
    )  # fmt: skip
    words = forms.CharField(
        label="怎么核实、怎么处理的", max_length=500, widget=forms.Textarea(WORDS),
        error_messages={"required": "请写明怎么核实的、怎么处理的。", "max_length": TOO_LONG},
        help_text="停发、降档的，写明已听取本人意见。不写证件号、电话。",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, kind: str, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.is_proposed = bool(initial)
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(item.value, item.label) for item in outcomes_for(kind)]
        if kind == Finding.Kind.ENTITLED_UNAIDED:
            del self.fields["once"]
            self.fields["per_month"].help_text = "“已纳入救助”的，写每月给多少。"
        else:
            self.fields["per_month"].help_text = "停发、降档的，写每月少发多少。"

    def clean(self) -> dict[str, Any]:
        """该写钱的要写。"""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        outcome = cleaned.get("outcome")
        for name, needed in (("per_month", outcome in PER_MONTH), ("once", outcome == Outcome.RECOVERED)):
            if needed and name in self.fields and name not in self.errors and not cleaned.get(name):
                self.add_error(name, "这一种结果要写金额，是多少元。")
        return cleaned
