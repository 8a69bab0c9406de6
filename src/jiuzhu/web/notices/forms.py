"""发公告、撤回公告的表单。"""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.roles import ROLE_CHOICES
from jiuzhu.web.audit.values import LONG_NUMBER

from . import selectors

USUAL_DAYS = 30


def no_numbers(text: str) -> None:
    """公告人人可见，不能有证件号、手机号、账号。"""
    if LONG_NUMBER.search(text):
        raise ValidationError("里面像是有身份证号、手机号或银行账号。公告人人可见，请删去；留电话请用座机。")


class AnnouncementForm(forms.Form):
    """写一则公告。"""

    title = forms.CharField(
        label="标题",
        max_length=80,
        validators=[no_numbers],
        help_text="一句话说完要做什么，如“11月30日前完成冬令救助摸底”",
        error_messages={"required": "请写标题。"},
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label="正文",
        max_length=2000,
        validators=[no_numbers],
        help_text="不要写居民的姓名和情况；要办的具体事项走任务，不走公告",
        error_messages={"required": "请写正文。"},
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 8}),
    )
    area = forms.ChoiceField(
        label="发给哪里的人", widget=forms.Select(attrs={"class": "form-select"}), help_text="按岗位的片区算"
    )
    role = forms.ChoiceField(
        label="发给什么岗位",
        required=False,
        choices=[("", "全部岗位"), *ROLE_CHOICES],
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    valid_to = forms.DateField(
        label="有效到哪天",
        help_text="过了这天不再提醒，半年后清掉",
        error_messages={"required": "请写有效到哪天。", "invalid": "有效期写法不对，请写成 2026年12月31日 这样。"},
        widget=forms.DateInput(attrs={"class": "form-control", "type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField)
        area.choices = selectors.audience_areas(post.division_code)
        self.fields["valid_to"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)


class WithdrawForm(forms.Form):
    """撤回的原因。"""

    reason = forms.CharField(
        label="为什么撤回", max_length=200, error_messages={"required": "请写明为什么撤回。公告还在。"}
    )
