"""受理的表单。"""

from typing import Any

from django import forms

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.codes import Level
from jiuzhu.web.divisions.selectors import area_choices

from .consulting import GRADES, LISTS, STAGES
from .models import Application

RELATIVES = [("no", "没有"), ("yes", "有")]


class DetailsForm(forms.Form):
    """怎么申请的、为什么、谁代办、有没有近亲属在经办机构工作。"""

    channel = forms.ChoiceField(label="怎么申请的", choices=Application.Channel.choices)
    words = forms.CharField(
        label="为什么申请",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="照本人的话记，如“老伴住院，借了三万”。不要写证件号、银行账号。",
    )
    behalf_name = forms.CharField(
        label="代办人", required=False, max_length=60, help_text="本人来的不填；村干部、亲属代办的写姓名。"
    )
    behalf_relation = forms.CharField(label="代办人是申请人的什么人", required=False, max_length=20)
    has_relatives = forms.ChoiceField(
        label="有没有近亲属在民政、乡镇社会救助机构、村（居）委会工作",
        choices=RELATIVES,
        required=False,
        widget=forms.RadioSelect,
        help_text="社会救助法第64条：有的要单独登记，由县里重点核查；不影响申请。",
    )
    relative_name = forms.CharField(label="近亲属的姓名", required=False, max_length=60)
    relative_relation = forms.CharField(label="是申请人的什么人", required=False, max_length=20)
    relative_office = forms.CharField(label="在哪里、做什么", required=False, max_length=60)

    def __init__(self, *args: Any, application: Application, **more: Any) -> None:
        first = (application.relatives or [{}])[0]
        told = {True: "yes", False: "no", None: ""}[application.has_relatives]
        more["initial"] = {
            "channel": application.channel, "words": application.words, "behalf_name": application.behalf_name,
            "behalf_relation": application.behalf_relation, "has_relatives": told,
            "relative_name": first.get("name", ""), "relative_relation": first.get("relation", ""),
            "relative_office": first.get("office", ""),
        }  # fmt: skip
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            if name != "has_relatives":
                field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

    def clean(self) -> dict[str, Any]:
        """有近亲属的要写全。"""
        given = super().clean() or {}
        if given.get("has_relatives") == "yes":
            for name in ("relative_name", "relative_relation", "relative_office"):
                if not given.get(name):
                    self.add_error(name, "有近亲属的，请写明。")
        return given

    def details(self) -> dict[str, Any]:
        """交给服务的内容。"""
        given = self.cleaned_data
        told = given["has_relatives"]
        one = {key: given[f"relative_{key}"] for key in ("name", "relation", "office")}
        return {
            "channel": given["channel"], "words": given["words"], "behalf_name": given["behalf_name"],
            "behalf_relation": given["behalf_relation"],
            "relatives": None if not told else [one] if told == "yes" else [],
        }  # fmt: skip


class StrangerForm(forms.Form):
    """户籍里没有的人：照证件登记。号码随表单带着，不进网址。"""

    card = forms.CharField(max_length=2000, widget=forms.HiddenInput)
    name = forms.CharField(label="姓名（照证件）", max_length=60, error_messages={"required": "请写姓名。"})
    division_code = forms.ChoiceField(label="现在住在哪个村（社区）", error_messages={"required": "请选在哪个村。"})
    address = forms.CharField(label="住址", required=False, max_length=200)

    def __init__(self, *args: Any, scope: Scope, **more: Any) -> None:
        super().__init__(*args, **more)
        villages = [item for area in scope.areas for item in area_choices(area, Level.VILLAGE)]
        self.fields["division_code"].choices = villages if len(villages) == 1 else [("", "请选择"), *villages]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if name != "card":
                field.widget.attrs |= {
                    "class": "form-select" if isinstance(field, forms.ChoiceField) else "form-control",
                    "autocomplete": "off",
                }


class ConsultForm(forms.Form):
    """政策咨询：家里的情况和这个人的情况，都可以不填。没有姓名、号码。"""

    place = forms.ChoiceField(label="住在哪里", choices=[("乡", "农村"), ("城", "城镇")])
    size = forms.FloatField(label="一家几口人", required=False, min_value=1, max_value=30)
    income = forms.FloatField(
        label="全家一年收入（元）", required=False, min_value=0, help_text="工资、种地、做生意、租金、养老金都算。"
    )
    savings = forms.FloatField(label="存款和理财（元）", required=False, min_value=0)
    cars = forms.FloatField(label="汽车（辆）", required=False, min_value=0)
    houses = forms.FloatField(label="房子（处）", required=False, min_value=0)
    firms = forms.FloatField(label="公司、个体户（个）", required=False, min_value=0)
    medical = forms.FloatField(label="一年自己掏的医药费（元）", required=False, min_value=0)
    school = forms.FloatField(label="一年上学的花费（元）", required=False, min_value=0)
    listed = forms.ChoiceField(label="现在享受的", choices=[("", "都没有"), *LISTS.items()], required=False)
    age = forms.FloatField(label="这个人多大（岁）", required=False, min_value=0, max_value=130)
    disability = forms.ChoiceField(
        label="残疾证", required=False, choices=[("", "没有说"), ("无", "没有证"), *((each, each) for each in GRADES)]
    )
    stage = forms.ChoiceField(
        label="上学", required=False, choices=[("", "没有说"), ("无", "不上学"), *((each, each) for each in STAGES)]
    )
    ill = forms.ChoiceField(label="重病", required=False, choices=[("", "没有说"), ("yes", "是"), ("no", "不是")])
    hospital = forms.FloatField(label="这个人一年住院自己掏的（元）", required=False, min_value=0)
    clinic = forms.FloatField(label="这个人一年门诊慢特病自己掏的（元）", required=False, min_value=0)

    HOME = ("place", "size", "income", "savings", "cars", "houses", "firms", "medical", "school", "listed")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            if isinstance(field, forms.FloatField):
                field.widget.attrs["inputmode"] = "decimal"

    def home(self) -> list[forms.BoundField]:
        """家里的各格。"""
        return [self[name] for name in self.HOME]

    def self_fields(self) -> list[forms.BoundField]:
        """这个人的各格。"""
        return [self[name] for name in self.fields if name not in self.HOME]
