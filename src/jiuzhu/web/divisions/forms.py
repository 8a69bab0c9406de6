"""区划与机构的表单。"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from . import listing, selectors
from .codes import WIDTHS, Level, ancestors_of, full_code
from .models import DivisionChange, ImportFile, Organisation
from .services import NewPlace

DAY = {"placeholder": "如 2026年10月31日"}
DAY_FORMAT = "%Y年%m月%d日"
BAD_DAY = {"invalid": "日期写法不对，请写成 2026年10月31日 这样。"}
MISSING = "这一项要填。"
ANYWHERE = "all"


class Styled(forms.Form):
    """各控件用同一种样子，报错说中文。"""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            select = isinstance(field.widget, forms.Select)
            check = isinstance(field.widget, forms.CheckboxInput)
            field.widget.attrs.setdefault(
                "class", "form-check-input" if check else "form-select" if select else "form-control"
            )
            field.error_messages["required"] = MISSING
            field.error_messages.setdefault("invalid_choice", "没有这一项，请重新选。")


class DivisionSearch(Styled):
    """找一处区划。"""

    q = forms.CharField(label="名称或代码", required=False, max_length=40)

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["q"].widget.attrs.update({"type": "search", "placeholder": "名称或代码", "data-search": ""})

    def text(self) -> str:
        """要找的；太长的不找。"""
        return self.cleaned_data["q"].strip() if self.is_valid() else ""


class CorrectForm(Styled):
    """更正写错的名称。"""

    name = forms.CharField(label="正确的名称", max_length=60)
    reason = forms.CharField(label="为何更正", max_length=200)


class ChangeForm(Styled):
    """一次区划变更。"""

    kind = forms.ChoiceField(label="种类", choices=DivisionChange.Kind.choices)
    on = forms.DateField(label="生效日期", widget=forms.DateInput(attrs=DAY, format=DAY_FORMAT), error_messages=BAD_DAY)
    from_codes = forms.CharField(
        label="原代码",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个十二位代码；新设不填",
    )
    to = forms.CharField(
        label="新代码与名称",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一处，如“429998100000 城关街道”；撤销不填",
    )
    moves = forms.CharField(
        label="下级的新代码",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个，如“429998100201 429998105203”；只有一个去处且不撞号时不用写",
    )
    document = forms.CharField(label="文号", max_length=120)
    note = forms.CharField(label="说明", max_length=300)

    def clean_from_codes(self) -> list[str]:
        """原代码。"""
        return self.cleaned_data["from_codes"].split()

    def clean_to(self) -> list[NewPlace]:
        """新代码与名称。"""
        places = [line.split(maxsplit=1) for line in self.cleaned_data["to"].splitlines() if line.strip()]
        if wrong := [" ".join(parts) for parts in places if len(parts) != 2]:
            raise forms.ValidationError(f"“{wrong[0]}”应写成“代码 名称”，中间空一格。")
        return [NewPlace(code, "".join(name.split())) for code, name in places]

    def clean_moves(self) -> dict[str, str]:
        """下级旧代码 → 新代码。"""
        pairs = [line.split() for line in self.cleaned_data["moves"].splitlines() if line.strip()]
        if wrong := [" ".join(parts) for parts in pairs if len(parts) != 2]:
            raise forms.ValidationError(f"“{wrong[0]}”应写成“旧代码 新代码”，中间空一格。")
        return dict(pairs)


class OrganisationFilter(Styled):
    """机构名单的筛选。"""

    kind = forms.ChoiceField(label="类别", required=False)
    department = forms.ChoiceField(label="部门", required=False)
    area = forms.ChoiceField(label="地方", required=False)
    q = forms.CharField(label="名称", required=False, max_length=40)
    closed = forms.BooleanField(label="含已停用", required=False)

    def __init__(self, data: QueryDict, *, area: str) -> None:
        super().__init__(data)
        self.home = area[: WIDTHS[Level.COUNTY]]
        choices = {
            "kind": ("全部类别", Organisation.Kind.choices),
            "department": ("全部部门", Organisation._meta.get_field("department").choices or []),
            "area": (selectors.name_of(self.home) or "本地", [*listing.area_filter(self.home), (ANYWHERE, "全部地方")]),
        }
        for name, (title, rows) in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", title), *rows]
            field.error_messages["invalid_choice"] = f"{field.label}没有“%(value)s”这一项，已改为全部。"
        self.fields["q"].widget.attrs.update({"type": "search", "placeholder": "名称或编码", "data-search": ""})

    def chosen(self) -> dict[str, Any]:
        """通过检查的条件；没选地方的看本县（市、省的看本市、本省）。"""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value not in ("", None, False)}
        area = chosen.pop("area", self.home)
        return chosen if area == ANYWHERE else {**chosen, "area": area}

    @property
    def is_filtered(self) -> bool:
        """选了条件。"""
        return self.chosen() != {"area": self.home}

    def problems(self) -> list[str]:
        """各条件的问题。"""
        return [str(message) for messages in self.errors.values() for message in messages]


class OrganisationForm(Styled):
    """新增、修改机构。"""

    name = forms.CharField(label="名称", max_length=80)
    short_name = forms.CharField(label="简称", max_length=40, required=False, help_text="列表里用它，不填用名称")
    code = forms.CharField(label="编码", max_length=40, help_text="本县自定，不能与别的机构相同；导入时按它认机构")
    kind = forms.ChoiceField(label="类别", choices=Organisation.Kind.choices)
    department = forms.ChoiceField(label="部门", required=False, help_text="类别是“部门”的必填")
    division_code = forms.CharField(label="所在区划", max_length=60, help_text="十二位代码，或不重名的名称")
    parent = forms.ModelChoiceField(
        label="上级", queryset=Organisation.objects.none(), required=False, empty_label="无"
    )
    phone = forms.CharField(label="电话", max_length=30, required=False, help_text="单位的公开电话")
    address = forms.CharField(label="地址", max_length=120, required=False)
    valid_from = forms.DateField(
        label="启用日期",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs=DAY, format=DAY_FORMAT),
        error_messages=BAD_DAY,
    )

    def __init__(self, *args: Any, area: str, organisation: Organisation | None = None, **options: Any) -> None:
        if organisation is not None:
            options["initial"] = {name: getattr(organisation, name) for name in self.base_fields}
        super().__init__(*args, **options)
        self.organisation, self.area = organisation, area
        department, parent = self.fields["department"], self.fields["parent"]
        assert isinstance(department, forms.ChoiceField)
        assert isinstance(parent, forms.ModelChoiceField)
        department.choices = [("", "不属于哪个部门"), *(Organisation._meta.get_field("department").choices or [])]
        parent.queryset = self.parents()

    def parents(self) -> QuerySet[Organisation]:
        """能当上级的：在用、在片区之内或之上、不是村级服务点、不是自己；现在的上级总在其中。"""
        above = Q(division_code__in=ancestors_of(full_code(self.area)))
        rows = selectors.organisations().filter(above | Q(division_code__startswith=self.area))
        rows = rows.exclude(kind=Organisation.Kind.VILLAGE_POINT)
        if self.organisation is None:
            return rows
        rows = rows.exclude(pk=self.organisation.pk)
        return rows | Organisation.objects.filter(children=self.organisation)

    def clean_code(self) -> str:
        """编码不与别的机构相同。"""
        code = self.cleaned_data["code"].strip()
        others = Organisation.objects.filter(code=code)
        if self.organisation is not None:
            others = others.exclude(pk=self.organisation.pk)
        if others.exists():
            raise forms.ValidationError("这个编码已有机构在用，请换一个。")
        return code

    def clean_division_code(self) -> str:
        """代码或名称，换成十二位代码。"""
        text = self.cleaned_data["division_code"].strip()
        if self.organisation is not None and text == self.organisation.division_code:
            return text
        found = listing.find_places(text, self.area)
        if len(found) != 1:
            what = "没有这个在用的区划" if not found else f"叫这个名字的有 {len(found)} 处"
            raise forms.ValidationError(f"{what}，请写十二位区划代码。")
        return found[0]

    def clean(self) -> dict[str, Any]:
        """类别是部门的要写部门。"""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == Organisation.Kind.DEPARTMENT and not data.get("department"):
            self.add_error("department", "类别是“部门”，要选是哪个部门。")
        return data


class CloseForm(Styled):
    """停用机构。"""

    on = forms.DateField(
        label="停用日期",
        initial=timezone.localdate,
        widget=forms.DateInput(attrs=DAY, format=DAY_FORMAT),
        error_messages=BAD_DAY,
    )
    reason = forms.CharField(label="原因", max_length=200)


class UploadForm(Styled):
    """上传导入文件。"""

    kind = forms.ChoiceField(label="导入什么", choices=ImportFile.Kind.choices)
    file = forms.FileField(
        label="文件",
        help_text="CSV 或 XLSX，5 MB 以内",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
        error_messages={"empty": "文件是空的，请重新选。", "missing": "没有选文件。", "invalid": "没有选文件。"},
    )
