"""登录、退出、改密、第二重验证、统一身份认证，和账号与岗位各页。

allauth 的页名没有前缀，是它的代码要找的；自己的页在 ``access:`` 之下。注册、找回、邮箱各页一概不开放。
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from django.urls import include, path
from django.views.generic import RedirectView

from . import single_sign_on
from .views import accounts, mine, posts, second_factor, security

pages = [
    path("mine/", mine.mine, name="mine"),
    path("mine/sessions/", mine.sessions, name="sessions"),
    path("post/", mine.post_switch, name="post_switch"),
    path("people/", accounts.account_list, name="accounts"),
    path("people/new/", accounts.account_new, name="account_new"),
    path("people/username/", accounts.username_suggest, name="username_suggest"),
    path("people/<int:pk>/", accounts.account_page, name="account"),
    path("people/<int:pk>/edit/", accounts.account_edit, name="account_edit"),
    path("people/<int:pk>/password/", accounts.account_password, name="account_password"),
    path("people/<int:pk>/close/", accounts.account_closing, name="account_close"),
    path("people/<int:pk>/reopen/", accounts.account_reopening, name="account_reopen"),
    path("people/<int:pk>/posts/new/", posts.post_new, name="post_new"),
    path("people/<int:pk>/posts/<int:post_pk>/end/", posts.post_ending, name="post_end"),
    path("people/<int:pk>/unlock/", security.unlock, name="account_unlock"),
    path("people/<int:pk>/second-factor/", security.second_factor, name="second_factor_reset"),
    path("people/<int:pk>/sessions/", security.sessions, name="sessions_end"),
]

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/", account.password_change, name="account_change_password"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("second-factor/", RedirectView.as_view(pattern_name="access:mine"), name="mfa_index"),
    path("second-factor/code/", second_factor.CodeView.as_view(), name="mfa_authenticate"),
    path("second-factor/again/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/enrol/", second_factor.EnrolView.as_view(), name="mfa_activate_totp"),
    path("second-factor/remove/", second_factor.RemoveView.as_view(), name="mfa_deactivate_totp"),
    path("second-factor/spare/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/spare/new/", second_factor.SpareView.as_view(), name="mfa_generate_recovery_codes"),
    path("sso/", single_sign_on.sign_in, name="single_sign_on"),
    path("sso/<str:provider_id>/callback/", single_sign_on.callback, name="openid_connect_callback"),
    path("", include((pages, "access"))),
]
