"""核对的表单。"""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from jiuzhu.web.registry.models import Person

from .connector.signing import KeyFault, public_key
from .models import Authorisation, Connector, Finding, ObligorConsent

ADULT = 18
DAYS = 365
# 要看收入财产的几个项目，最常核对；别的收起
USUAL = ("dibao", "dibao_bianyuan", "dibao_danren", "gangxing_zhichu", "tekun")
FEW = 6


class ProgrammeBoxes:
    """项目的勾选框：常用的在前，多了把其余的收起。"""

    def usual_boxes(self) -> list[Any]:
        """摆出来的。"""
        boxes = list(self["programmes"])  # type: ignore[index]
        return boxes if len(boxes) <= FEW else [box for box in boxes if box.data["value"] in USUAL]

    def other_boxes(self) -> list[Any]:
        """收起的。"""
        shown = {box.data["value"] for box in self.usual_boxes()}
        return [box for box in self["programmes"] if box.data["value"] not in shown]  # type: ignore[index]

    def others_chosen(self) -> bool:
        """收起的里面有勾上的，就不收。"""
        return any(box.data["selected"] for box in self.other_boxes())


class StartForm(ProgrammeBoxes, forms.Form):
    """核对一户：凭哪份授权书，核对哪些项目。"""

    authorisation = forms.ChoiceField(label="授权书")
    programmes = forms.MultipleChoiceField(
        label="核对的项目",
        widget=forms.CheckboxSelectMultiple,
        help_text="只能选授权书写明的项目。",
        error_messages={"required": "请至少选一个要核对的项目。"},
    )

    def __init__(self, *args: Any, authorisations: list[Authorisation], programmes: list[tuple[str, str]], **more: Any):
        super().__init__(*args, **more)
        allowed = {code for row in authorisations for code in row.programmes}
        choices = [(str(row.pk), f"{row.number}（有效期至{row.valid_until:%Y年%-m月%-d日}）") for row in authorisations]
        self.fields["authorisation"].choices = choices  # type: ignore[attr-defined]
        self.fields["authorisation"].widget.attrs["class"] = "form-select"
        self.fields["programmes"].choices = [row for row in programmes if row[0] in allowed]  # type: ignore[attr-defined]
        self.fields["programmes"].initial = list(authorisations[0].programmes) if authorisations else []


class PaperAuthorisationForm(ProgrammeBoxes, forms.Form):
    """登记一份纸上签好的授权书。"""

    number = forms.CharField(label="授权书编号", max_length=60)
    place = forms.CharField(label="在哪里签的", max_length=100)
    signed_on = forms.DateField(label="签署日期", widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(label="有效期止", widget=forms.DateInput(attrs={"type": "date"}))
    programmes = forms.MultipleChoiceField(
        label="写明的项目", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请勾上授权书写明的项目。"}
    )
    scan = forms.FileField(label="签好的授权书照片或扫描件", help_text="看得清每个人的签名；加密保存。")

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], people: list[Person], **more: Any) -> None:
        today = timezone.localdate()
        more["initial"] = {"signed_on": today, "valid_until": today + timedelta(days=DAYS)}
        super().__init__(*args, **more)
        self.fields["programmes"].choices = programmes  # type: ignore[attr-defined]
        self.people = people
        for person in people:
            minor = (age := person.age(today)) is not None and age < ADULT
            self.fields[f"signed_{person.pk}"] = forms.ChoiceField(
                label="签字", choices=MINOR_SIGNING if minor else SIGNING, initial="guardian" if minor else "",
                error_messages={"required": "请选这个人签了没有。"},
            )  # fmt: skip
            self.fields[f"signer_{person.pk}"] = forms.CharField(
                label="监护人姓名与关系", max_length=60, required=False,
                widget=forms.TextInput(attrs={"placeholder": "监护人姓名、关系"}),
            )  # fmt: skip
        for name, field in self.fields.items():
            if name != "programmes":
                kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
                field.widget.attrs["class"] = kind

    def clean(self) -> dict[str, Any]:
        """监护人代签的要写明是谁。"""
        given: dict[str, Any] = super().clean() or {}
        for person in self.people:
            if given.get(f"signed_{person.pk}") == "guardian" and not given.get(f"signer_{person.pk}", "").strip():
                self.add_error(f"signer_{person.pk}", "请写明代签的监护人是谁、什么关系。")
        return given

    def rows(self) -> list[dict[str, Any]]:
        """每人一项，没有签的也列着。"""
        given = self.cleaned_data
        return [
            {
                "person_id": person.person_id,
                "signer": given[f"signer_{person.pk}"] if given[f"signed_{person.pk}"] == "guardian" else "",
                "refused": given[f"signed_{person.pk}"] == "none",
            }
            for person in self.people
        ]

    def person_fields(self) -> list[tuple[Person, Any, Any, int | None]]:
        """给页面：每人一行，连同年龄。"""
        return [
            (person, self[f"signed_{person.pk}"], self[f"signer_{person.pk}"], person.age()) for person in self.people
        ]


SIGNING = [("", "请选签了没有"), ("own", "本人签了"), ("guardian", "监护人代签"), ("none", "没有签")]
MINOR_SIGNING = [("guardian", "监护人代签"), ("none", "没有签")]


class ObjectionForm(forms.Form):
    """登记异议。"""

    finding = forms.ChoiceField(label="对哪一项", required=False)
    words = forms.CharField(
        label="本户怎么说",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="哪里不对，实际情况怎样，有什么证据。不要写证件号、银行账号。",
    )

    def __init__(self, *args: Any, findings: list[Finding], **more: Any) -> None:
        super().__init__(*args, **more)
        rows = [(str(row.pk), f"{row.get_severity_display()}：{row.text[:60]}") for row in findings]
        self.fields["finding"].choices = [("", "整个结果"), *rows]  # type: ignore[attr-defined]
        self.fields["finding"].widget.attrs["class"] = "form-select"
        self.fields["words"].widget.attrs["class"] = "form-control"


class ReviewForm(forms.Form):
    """复核。"""

    outcome = forms.ChoiceField(
        label="复核意见", choices=[("upheld", "维持原来的结果"), ("changed", "更正")], widget=forms.RadioSelect
    )
    note = forms.CharField(
        label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"})
    )


class ConsentForm(forms.Form):
    """登记户外义务人的同意书。人按证件号找，号码不进网址。"""

    id_number = forms.CharField(
        label="义务人的证件号", max_length=18, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    relation = forms.ChoiceField(label="是本户的什么人", choices=ObligorConsent.Relation.choices)
    document = forms.CharField(label="同意书编号", max_length=60)
    signed_on = forms.DateField(label="签署日期", widget=forms.DateInput(attrs={"type": "date"}))
    valid_until = forms.DateField(label="有效期止", widget=forms.DateInput(attrs={"type": "date"}))
    scan = forms.FileField(label="签好的同意书照片或扫描件")

    def __init__(self, *args: Any, **more: Any) -> None:
        today = timezone.localdate()
        more["initial"] = {"signed_on": today, "valid_until": today + timedelta(days=DAYS)}
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"


class ConnectorForm(forms.ModelForm):
    """一个平台的设置。"""

    class Meta:
        model = Connector
        fields = ["name", "url", "ca_file", "key_file", "peer_key", "minutes", "is_active"]
        widgets = {"peer_key": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "url": "以 https 开头，由平台方给出。",
            "ca_file": "放在数据目录 connectors 文件夹里的文件名；平台用公认证书的不填。",
            "key_file": "放在数据目录 connectors 文件夹里的文件名，没有口令的签名私钥。",
            "peer_key": "平台方给的签名公钥，连同首尾两行一起贴上。",
            "minutes": "过了这么久没有答复算超时；迟到的答复仍收下并注明。",
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-check-input" if name == "is_active" else "form-control"

    def clean_peer_key(self) -> str:
        """公钥当场读一遍。"""
        text: str = self.cleaned_data["peer_key"].strip()
        try:
            public_key(text.encode())
        except KeyFault as error:
            raise forms.ValidationError(str(error)) from error
        return text


class BatchForm(ProgrammeBoxes, forms.Form):
    """批量核对：哪里、哪一类或哪份名单、哪些项目。"""

    area = forms.ChoiceField(label="哪个地方")
    listed = forms.ChoiceField(label="哪一类在册对象", required=False, help_text="导入了名单的，不看这一项。")
    file = forms.FileField(
        label="或导入一份名单",
        required=False,
        help_text="XLSX、CSV 或 TXT，有一列是证件号；别的列不看。原文件不留。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt", "class": "form-control"}),
    )
    programmes = forms.MultipleChoiceField(
        label="核对的项目", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请至少选一个项目。"}
    )

    def __init__(
        self, *args: Any, areas: list[tuple[str, str]], classes: list[tuple[str, str]],
        programmes: list[tuple[str, str]], **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.fields["area"].choices = areas  # type: ignore[attr-defined]
        self.fields["listed"].choices = classes  # type: ignore[attr-defined]
        self.fields["programmes"].choices = programmes  # type: ignore[attr-defined]
        for name in ("area", "listed"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def clean(self) -> dict[str, Any]:
        """类别与名单要有一样。"""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("listed") and not given.get("file"):
            self.add_error("listed", "请选一类在册对象，或导入一份名单。")
        return given


class RecognitionForm(forms.Form):
    """互认查询。"""

    id_number = forms.CharField(
        label="证件号", max_length=18, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"})
    )
    programme = forms.ChoiceField(label="是不是", choices=[])
    matter = forms.CharField(
        label="正在办什么事", max_length=100, widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text="如：参保资助、助学金、公租房。查询都有记录。",
    )  # fmt: skip

    def __init__(self, *args: Any, classes: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["programme"].choices = classes  # type: ignore[attr-defined]
        self.fields["programme"].widget.attrs["class"] = "form-select"
