"""账号与岗位的表单。"""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils import timezone

from jiuzhu.web.divisions.codes import FULL, Level, level_of
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import area_choices, name_of, organisations, path_of

from .models import Post, User
from .roles import ROLE_CHOICES, ROLES, Role
from .selectors import today

USERNAME = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,29}$", "用户名用字母、数字，2 到 30 个字符，字母或数字开头。")
STATES = (
    ("", "全部"), ("open", "在用"), ("locked", "锁定"), ("no_post", "没有岗位"), ("initial", "没有改初始密码"),
    ("closed", "已停用"),
)  # fmt: skip
SELECT = forms.Select(attrs={"class": "form-select"})


class AccountFilter(forms.Form):
    """名单的筛选。"""

    q = forms.CharField(
        required=False, max_length=40, widget=forms.TextInput({"type": "search", "placeholder": "姓名或用户名"})
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), required=False, empty_label="全部")
    role = forms.ChoiceField(choices=[("", "全部"), *ROLE_CHOICES], required=False)
    state = forms.ChoiceField(choices=STATES, required=False)

    def __init__(self, *args: Any, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Post.objects.filter(division_code__startswith=area).values("organisation_id")
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=here).order_by("division_code", "name")
        for each in self.fields.values():
            each.widget.attrs["class"] = "form-select" if isinstance(each, forms.ChoiceField) else "form-control"
        field.widget.attrs["class"] = "form-select"

    @property
    def is_filtered(self) -> bool:
        """有没有条件。"""
        return self.is_valid() and any(self.cleaned_data.values())

    def apply(self, rows: QuerySet[User]) -> QuerySet[User]:
        """筛选；条件写错的不理会。"""
        if not self.is_valid():
            return rows
        data = self.cleaned_data
        if text := data["q"].strip():
            rows = rows.filter(Q(display_name__icontains=text) | Q(username__icontains=text))
        posts = Post.objects.filter(today())
        if data["organisation"]:
            posts = posts.filter(organisation=data["organisation"])
        if data["role"]:
            posts = posts.filter(role=data["role"])
        if data["organisation"] or data["role"]:
            rows = rows.filter(pk__in=posts.values("user_id"))
        return rows.filter(self._state(data["state"]))

    @staticmethod
    def _state(state: str) -> Q:
        if state == "locked":
            return Q(locked_until__gt=timezone.now())
        if state == "no_post":
            return Q(is_active=True) & ~Q(pk__in=Post.objects.filter(today()).values("user_id"))
        if state == "initial":
            return Q(is_active=True, must_change_password=True)
        return {"open": Q(is_active=True), "closed": Q(is_active=False)}.get(state, Q())


class AccountForm(forms.Form):
    """姓名、用户名。"""

    display_name = forms.CharField(label="姓名", max_length=40)
    username = forms.CharField(
        label="用户名", max_length=30, validators=[USERNAME], help_text="登录时用，字母、数字，不要用身份证号、手机号。"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}
            field.error_messages["required"] = f"请填写{field.label}。"

    def clean_display_name(self) -> str:
        """去掉空白。"""
        return "".join(str(self.cleaned_data["display_name"]).split())

    def clean_username(self) -> str:
        """不许是长串数字：多半是证件号、手机号。"""
        text = str(self.cleaned_data["username"]).strip()
        if sum(char.isdigit() for char in text) > 8:
            raise forms.ValidationError("用户名里数字太多，像是证件号或手机号。请换一个。")
        return text


class PostForm(forms.Form):
    """授予岗位。单位、片区只列与角色相配、又在管理员片区之内的。"""

    role = forms.ChoiceField(label="角色", choices=[("", "请选择"), *ROLE_CHOICES])
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label="单位", empty_label="请选择")
    division_code = forms.ChoiceField(label="片区")
    valid_from = forms.DateField(
        label="起始日期", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="不填为今天。",
    )  # fmt: skip
    valid_to = forms.DateField(
        label="终止日期", required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text="当天起无效；不填为长期。",
    )  # fmt: skip

    def __init__(self, *args: Any, role: str, area: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        definition = ROLES.get(role)
        self.initial["role"] = role
        places = area_options(area, definition.levels) if definition else []
        organisation, place = self.fields["organisation"], self.fields["division_code"]
        assert isinstance(organisation, forms.ModelChoiceField)
        assert isinstance(place, forms.ChoiceField)
        if definition:
            organisation.queryset = fitting(organisations(area=area), definition)
            place.choices = places if len(places) == 1 else [("", "请选择"), *places]
        for field in self.fields.values():
            is_choice = isinstance(field, forms.ChoiceField | forms.ModelChoiceField)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
            field.error_messages["required"] = f"请选择{field.label}。"
            field.error_messages["invalid_choice"] = f"这个{field.label}不能选，请重选。"


def fitting(offices: QuerySet[Organisation], definition: Role) -> QuerySet[Organisation]:
    """与角色相配的单位：片区是哪一级就设在哪一级的单位，管村的也可设在乡镇；部门、社会组织只认种类。"""
    if definition.organisation_kinds:
        return offices.filter(kind__in=definition.organisation_kinds)
    levels = {*definition.levels, Level.TOWNSHIP} if Level.VILLAGE in definition.levels else {*definition.levels}
    found = offices.values_list("pk", "division_code")
    return offices.filter(pk__in=[pk for pk, code in found if level_of(code) in levels])


def area_options(area: str, levels: tuple[str, ...]) -> list[tuple[str, str]]:
    """管理员片区之内、角色可管的各级片区：（十二位代码，名称）。"""
    options = []
    for level in levels:
        for code, name in area_choices(area, Level(level)):
            full = code.ljust(FULL, "0")
            shown = f"{name_of(full[:9].ljust(FULL, '0'))} {name}" if level == Level.VILLAGE else name
            options.append((full, shown if len(levels) == 1 else path_of(full)))
    return options
