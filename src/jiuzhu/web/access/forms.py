"""登录、改密、第二重验证、账号与岗位的表单。"""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms

from .passwords import HELP


def dress(form: forms.BaseForm, labels: dict[str, str], css: str = "form-control") -> None:
    """标签、样式、“请填写”。"""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs["class"] = css
        field.error_messages["required"] = f"请填写{field.label}。"


class SignInForm(LoginForm):
    """用户名加密码。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["password"].help_text = ""
        dress(self, {"login": "用户名", "password": "密码"}, "form-control form-control-lg")


class AgainForm(ReauthenticateForm):
    """再输一遍密码，确认是本人。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
        dress(self, {"password": "密码"})


class PasswordForm(ChangePasswordForm):
    """改密：旧密码加两遍新密码。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self, {"oldpassword": "现在的密码", "password1": "新密码", "password2": "再输一遍新密码"})
        self.fields["password1"].help_text = HELP


def dress_code(form: forms.BaseForm, css: str = "form-control code-input") -> None:
    """验证码的输入框：手机上弹数字键盘，自动填短信里的码无妨。"""
    dress(form, {"code": "验证码"}, css)
    form.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "10", "autofocus": True}


class CodeForm(AuthenticateForm):
    """登录的第二步：验证器上的 6 位，或一个备用码。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_code(self, "form-control form-control-lg code-input")


class CodeAgainForm(MfaReauthenticateForm):
    """用验证码确认是本人。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_code(self)


class EnrolForm(ActivateTOTPForm):
    """设第二重验证：扫码之后输入验证器上的 6 位。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress_code(self)

    @property
    def grouped_secret(self) -> str:
        """四个一组，便于手工输入。"""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))
