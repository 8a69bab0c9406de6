"""五个一的表单：一份主表，加专班各家。"""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.selectors import today
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisations

from .models import COUNTY_WIDTH, HouseholdWarning, Plan
from .services import Member

SELECT = {"class": "form-select"}
CONTROL = {"class": "form-control"}
TOO_LONG = "至多 %(limit_value)d 个字。"
ROWS = 12
OFFICES = (
    Organisation.Kind.COUNTY_OFFICE,
    Organisation.Kind.DEPARTMENT,
    Organisation.Kind.VERIFICATION_CENTRE,
    Organisation.Kind.SOCIAL_ORGANISATION,
)


def county_posts(county: str) -> QuerySet[Post]:
    """本县县级单位今天在岗的岗位，可以当领导、责任人。"""
    wanted = {"organisation__division_code": county[:COUNTY_WIDTH].ljust(12, "0"), "organisation__kind__in": OFFICES}
    rows = Post.objects.filter(today(), **wanted).select_related("user", "organisation")
    return rows.exclude(role__in=("system_admin", "security_admin", "audit_admin")).order_by("organisation__code", "pk")


def post_label(post: Post) -> str:
    """``县民政局 王某（领导）``。"""
    return f"{post.organisation.label} {post.user}（{post.title}）"


class PlanForm(forms.Form):
    """领导、方案、责任、调度、时限、自动派单。"""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    leader = forms.TypedChoiceField(
        label="牵头领导", required=False, coerce=int, empty_value=None, widget=forms.Select(SELECT),
        error_messages={"invalid_choice": "这位不在本县县级单位的岗位上，请重新选。"},
        help_text="没有列出的，请安全管理员先授予岗位。",
    )  # fmt: skip
    words = forms.CharField(
        label="工作方案", required=False, max_length=4000, widget=forms.Textarea(CONTROL | {"rows": "6"}),
        error_messages={"max_length": TOO_LONG}, help_text="怎么核实、怎么派、怎么会商、怎么回访。正式文件可以存好后在下面附上。",
    )  # fmt: skip
    duty = forms.CharField(
        label="责任", required=False, max_length=2000, widget=forms.Textarea(CONTROL | {"rows": "3"}),
        error_messages={"max_length": TOO_LONG}, help_text="谁对什么负责，做不到怎么办。",
    )  # fmt: skip
    rhythm = forms.ChoiceField(label="多久调度一次", choices=Plan.Rhythm.choices, widget=forms.Select(SELECT))
    limit_days = forms.IntegerField(
        label="办结时限（工作日）", min_value=1, max_value=120, widget=forms.NumberInput(CONTROL),
        error_messages={"required": "请写几个工作日办结。", "min_value": "至少 1 个工作日。", "max_value": "至多 120 个工作日。"},
        help_text="写在派出的单子上；每一步的期限仍照流程。",
    )  # fmt: skip
    auto_bands = forms.MultipleChoiceField(
        label="哪几级自动派单", required=False, choices=HouseholdWarning.Band.choices,
        widget=forms.CheckboxSelectMultiple, help_text="监测一完成就派给应知部门；没有勾的级别，在预警名单里由人派。",
    )  # fmt: skip
    quiet_days = forms.IntegerField(
        label="多少天内不重复派", min_value=0, max_value=730, widget=forms.NumberInput(CONTROL),
        error_messages={"required": "请写天数，0 为每次都派。", "max_value": "至多 730 天。"},
        help_text="办结或排除后这些天里，同样的原因再次预警，不自动派，由人看过再定。",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, posts: list[Post], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        field = self.fields["leader"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "还没有定"), *((post.pk, post_label(post)) for post in posts)]

    def content(self) -> dict[str, Any]:
        """交给服务的内容。"""
        return {
            name: self.cleaned_data[name]
            for name in ("words", "duty", "rhythm", "limit_days", "auto_bands", "quiet_days")
        }


class MemberForm(forms.Form):
    """专班里的一家；单位空着即没有这一行。"""

    organisation = forms.TypedChoiceField(
        label="单位", required=False, coerce=int, empty_value=None, widget=forms.Select(SELECT)
    )
    post = forms.TypedChoiceField(
        label="责任人", required=False, coerce=int, empty_value=None, widget=forms.Select(SELECT)
    )
    duty = forms.CharField(
        label="分工", required=False, max_length=200, widget=forms.TextInput(CONTROL),
        error_messages={"max_length": TOO_LONG},
    )  # fmt: skip

    def __init__(self, *args: Any, offices: list[Organisation], posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {post.pk: post for post in posts}
        for name, choices in (
            ("organisation", [("", "不选"), *((office.pk, office.label) for office in offices)]),
            ("post", [("", "没有指定"), *((post.pk, post_label(post)) for post in posts)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """责任人须是这个单位的。"""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        organisation, post = cleaned.get("organisation"), cleaned.get("post")
        if post and not organisation:
            self.add_error("organisation", "选了责任人，请把单位也选上。")
        elif post and self.posts[post].organisation_id != organisation:
            self.add_error("post", "责任人不是这个单位的，请重新选。")
        return cleaned


class MemberSet(BaseFormSet):
    """专班：同一个单位只列一次。"""

    def clean(self) -> None:
        """查重复的单位。"""
        chosen = [form.cleaned_data.get("organisation") for form in self.forms if form.is_valid()]
        known = [office for office in chosen if office]
        if len(known) != len(set(known)):
            raise forms.ValidationError("同一个单位列了两次，请合成一行。")

    def members(self) -> list[Member]:
        """填了的各家。"""
        rows = (form.cleaned_data for form in self.forms)
        return [
            Member(row["organisation"], row["duty"].strip(), row["post"]) for row in rows if row.get("organisation")
        ]


def plan_forms(data: QueryDict | None, *, plan: Plan | None, county: str) -> tuple[PlanForm, MemberSet]:
    """一份五个一的两张表；``plan`` 为空即新立。"""
    posts, offices = list(county_posts(county)), county_offices(county)
    members = [
        {"organisation": each.organisation_id, "post": each.post_id, "duty": each.duty}
        for each in (plan.members.all() if plan else ())
    ]
    form = PlanForm(data, posts=posts, initial=initial_of(plan))
    many = formset_factory(MemberForm, formset=MemberSet, extra=2 if members else 4, max_num=ROWS)
    rows = many(data, initial=members, prefix="members", form_kwargs={"offices": offices, "posts": posts})
    return form, cast("MemberSet", rows)


def county_offices(county: str) -> list[Organisation]:
    """本县可以进专班的单位。"""
    whole = county[:COUNTY_WIDTH].ljust(12, "0")
    return list(organisations().filter(division_code=whole, kind__in=OFFICES).order_by("kind", "code"))


def initial_of(plan: Plan | None) -> dict[str, Any]:
    """表单开头的值。"""
    source = plan or Plan()
    names = ("words", "duty", "rhythm", "limit_days", "auto_bands", "quiet_days")
    return {"version": plan.version if plan else 0, "leader": source.leader_id} | {
        name: getattr(source, name) for name in names
    }
