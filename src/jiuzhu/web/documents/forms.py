"""文书查验与行文习惯的表单。"""

from django import forms


class VerifyForm(forms.Form):
    """文号、查验码，另可交一份收到的 PDF 对看。"""

    code = forms.CharField(
        label="查验码",
        max_length=40,
        help_text="印在每页左下角，16 位，不分大小写",
        error_messages={"required": "请填查验码，印在文书每页的左下角。"},
        widget=forms.TextInput(
            attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false", "autofocus": True}
        ),
    )
    number = forms.CharField(
        label="文号",
        max_length=60,
        required=False,
        help_text="如“青民救核〔2026〕12号”，括号怎么写都可以；没有文号的文书不填",
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    file = forms.FileField(
        label="收到的电子件（可不交）",
        required=False,
        help_text="交上 PDF，可以核对与存档是否一字不差；只作比对，不保存",
        widget=forms.ClearableFileInput(attrs={"class": "form-control", "accept": "application/pdf"}),
    )


class LetterheadForm(forms.Form):
    """一个单位的机关代字与红头。"""

    word = forms.CharField(
        label="机关代字",
        max_length=12,
        error_messages={"required": "请填机关代字，例如“青民”。", "max_length": "机关代字最多 12 个字。"},
    )
    red_head = forms.BooleanField(label="用红头", required=False)
