"""搜索框。"""

from django import forms


class SearchForm(forms.Form):
    """姓名、证件号、电话、住址、户编号、事项编号，写哪样都行。"""

    q = forms.CharField(
        label="找人、找户、找事项",
        strip=True,
        min_length=2,
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "class": "form-control form-control-lg",
                "data-search": "",
                "maxlength": "80",
                "autocomplete": "off",
                "placeholder": "姓名、证件号、电话、住址、户编号、事项编号",
            }
        ),
        error_messages={
            "required": "请写姓名、证件号、电话、住址、户编号或事项编号。",
            "min_length": "至少写两个字。",
            "max_length": "太长了，最多 80 个字。",
        },
    )
