"""搜索框。"""

from django import forms


class SearchForm(forms.Form):
    """户编号的全部或末尾几位。"""

    q = forms.RegexField(
        r"^[A-Za-z0-9]{4,40}$",
        label="户编号",
        strip=True,
        widget=forms.TextInput(attrs={"type": "search", "class": "form-control", "data-search": "", "maxlength": "40"}),
        error_messages={
            "required": "请输入户编号，或末尾至少 4 位。",
            "invalid": "户编号只有字母和数字，至少输入末尾 4 位。",
        },
    )
