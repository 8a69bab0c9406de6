"""参数的表单：添一个新的日期，分城乡，个别乡镇可以另定。"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from .rulebook_forms import HouseForm


class ParameterForm(HouseForm):
    """一个参数：单位、依据，添一个新的日期。旧行不动。"""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label="名称", max_length=30, help_text="用汉字，规则里就写这个名称")
    unit = forms.CharField(
        label="单位", max_length=10, required=False, help_text="如 元/月、元、月、比例；没有单位就空着"
    )
    basis = forms.CharField(label="依据", max_length=200, help_text="哪份文件、哪个口径")
    day = forms.DateField(
        label="从哪天起", required=False, help_text="改标准只添新的一行，旧行不动，去年的结论才能照去年的标准重算",
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期写法不对，请写成 2026年12月31日 这样。"},
    )  # fmt: skip
    urban = forms.FloatField(label="取值（分城乡的填城）", required=False, error_messages={"invalid": "取值要填数字。"})
    rural = forms.FloatField(
        label="乡", required=False, help_text="不分城乡的空着", error_messages={"invalid": "取值要填数字。"}
    )

    townships = forms.CharField(
        label="个别乡镇另定的", required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="一行一个，如：麦岭镇 = 700；没有的空着",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        fixed: bool,
        taken: set[str],
        rows: Mapping[date, Any],
        codes: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fixed, self.taken, self.rows, self.codes = fixed, taken, rows, codes
        if fixed:
            self.fields["name"].disabled = True
        else:
            self.fields["day"].required = self.fields["urban"].required = True
            self.fields["day"].initial = timezone.localdate().replace(month=1, day=1)
        for field in ("urban", "rural"):
            self.fields[field].widget.attrs["step"] = "any"

    def clean_name(self) -> str:
        """能写进规则，不重名。"""
        name: str = self.cleaned_data["name"].strip()
        if not self.fixed:
            if not name.isidentifier():
                raise ValidationError("名称只能用汉字、字母、数字和下划线，不能以数字开头，不能有空格和括号。")
            if name in self.taken:
                raise ValidationError(f"已有叫“{name}”的事实或参数，请换个名称。")
        return name

    def clean_townships(self) -> dict[str, float]:
        """九位代码 → 数。"""
        found: dict[str, float] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["townships"].splitlines())):
            name, _, number = line.replace("＝", "=").replace("：", "=").replace(":", "=").partition("=")
            if name.strip() not in self.codes:
                raise ValidationError(f"本县没有叫“{name.strip()}”的乡镇。")
            try:
                found[self.codes[name.strip()]] = float(number.strip().replace(",", ""))
            except ValueError as error:
                raise ValidationError(f"“{line}”要写成：乡镇 = 数。") from error
        return found

    def clean(self) -> dict[str, Any]:
        """日期与取值要一起填；已有的日期不能再添。"""
        found = super().clean() or {}
        if found.get("townships") and found.get("urban") is None and "urban" not in self.errors:
            self.add_error("urban", "写了个别乡镇的，也要写全县的取值。")
        day, urban = found.get("day"), found.get("urban")
        if day is not None and urban is None and "urban" not in self.errors:
            self.add_error("urban", "写了日期，就要写取值。")
        if urban is not None and day is None and "day" not in self.errors:
            self.add_error("day", "写了取值，就要写从哪天起。")
        if day in self.rows:
            self.add_error("day", "这一天已有一行。旧行不能改；要改将来的一行，先删去它再添。")
        return found
