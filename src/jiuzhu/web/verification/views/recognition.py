"""部门互认：问一个人现在是不是某一类对象。"""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiuzhu.web.access.request import StaffRequest, who
from jiuzhu.web.ground.errors import ServiceError
from jiuzhu.web.registry.selectors import class_choices, class_title
from jiuzhu.web.verification import services
from jiuzhu.web.verification.forms import RecognitionForm
from jiuzhu.web.verification.models import Recognition

from .common import Guard

asker: Guard = permission_required("verification.ask_recognition", raise_exception=True)
MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
@asker
def recognition_page(request: StaffRequest) -> HttpResponse:
    """问，与本单位问过的。"""
    form = RecognitionForm(request.POST if request.method == "POST" else None, classes=class_choices())
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                made = services.recognition_answer(**form.cleaned_data, **who(request))
            except ServiceError as error:
                problem, status = error.message, error.status
            else:
                messages.success(request, told(made))
                return redirect("verification:recognition")
    rows = Recognition.objects.within(request.scope).select_related("paper")[:MOST]
    context = {"form": form, "problem": problem, "rows": [(row, class_title(row.programme)) for row in rows]}
    return render(request, "verification/recognition.html", context, status=status)


def told(row: Recognition) -> str:
    """答复的一句话：不含任何数。"""
    if not row.confirmed:
        return f"未查到{class_title(row.programme)}在册。"
    return f"{row.masked_name}：{class_title(row.programme)}在册，自{row.since:%Y年%-m月%-d日}起。"
