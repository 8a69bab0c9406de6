"""登录与改密的表单。"""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm


class SignInForm(LoginForm):
    """用户名加密码。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        self.fields["login"].label = "用户名"
        self.fields["password"].label = "密码"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "form-control form-control-lg"
            field.error_messages["required"] = f"请填写{field.label}。"


class PasswordForm(ChangePasswordForm):
    """改密:旧密码加两遍新密码。"""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {"oldpassword": "现在的密码", "password1": "新密码", "password2": "再输一遍新密码"}
        for name, label in labels.items():
            field = self.fields[name]
            field.label = label
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = "form-control"
            field.error_messages["required"] = f"请填写{label}。"
        self.fields["password1"].help_text = "至少 10 个字符，不能全是数字，不能是常见密码。"
