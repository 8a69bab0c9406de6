"""第二重验证的几页：allauth 的流程，加上审计，与写入同一事务。"""

from typing import Any

from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.db import transaction
from django.http import HttpResponse

from jiuzhu.web.access.selectors import place_of
from jiuzhu.web.access.services import subject_of
from jiuzhu.web.audit.services import record


class CodeView(AuthenticateView):
    """登录的第二步；输错记一笔登录失败。"""

    def form_invalid(self, form: Any) -> HttpResponse:
        """验证码不对。"""
        user = self.stage.login.user
        with transaction.atomic():
            record(
                actor=self.request.actor.at(place_of(user)),
                action="access.sign_in_failed",
                subject=subject_of(user),
                reason="第二重验证不对",
            )
        return super().form_invalid(form)


class Recorded:
    """办成即记审计的一页。"""

    action: str
    request: Any

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        """办成。"""
        answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        record(actor=self.request.actor, action=self.action, subject=subject_of(self.request.user))
        return answer


class EnrolView(Recorded, ActivateTOTPView):
    """设置。"""

    action = "access.second_factor_add"


class RemoveView(Recorded, DeactivateTOTPView):
    """取消；必须设的人不能取消。"""

    action = "access.second_factor_remove"


class SpareView(Recorded, GenerateRecoveryCodesView):
    """重新生成备用码。"""

    action = "access.second_factor_spare"
