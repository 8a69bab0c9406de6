"""政策一本账：全部项目，与一个项目的八要素。"""

from datetime import date

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jiuzhu.web.access.request import StaffRequest
from jiuzhu.web.policies import selectors

from .rulebook_versions import county_of

KINDS = ("基本生活救助", "专项社会救助", "急难社会救助", "社会福利", "社会力量")
viewer = permission_required("policies.view_programme", raise_exception=True)


class LedgerForm(forms.Form):
    """找项目：字、种类。"""

    q = forms.CharField(label="找项目", required=False, max_length=50)
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *((kind, kind) for kind in KINDS)])


class DayForm(forms.Form):
    """看哪一天的。"""

    on = forms.DateField(label="看哪一天的规定", required=False)


@require_safe
@viewer
def ledger(request: StaffRequest) -> HttpResponse:
    """全部项目，按种类；能找字。"""
    form = LedgerForm(request.GET)
    cleaned = form.cleaned_data if form.is_valid() else {"q": "", "kind": ""}
    found = selectors.programmes(county_of(request), text=cleaned["q"], kind=cleaned["kind"])
    groups = [(kind, [entry for entry in found if entry.kind == kind]) for kind in KINDS]
    context = {
        "form": form,
        "groups": [(kind, rows) for kind, rows in groups if rows],
        "count": len(found),
        "is_filtered": bool(cleaned["q"] or cleaned["kind"]),
    }
    return render(request, "policies/ledger.html", context)


@require_safe
@viewer
def programme_page(request: StaffRequest, code: str) -> HttpResponse:
    """一个项目的八要素、规则写成的话、历次标准、用例；可以看某一天的。"""
    form = DayForm(request.GET)
    today = timezone.localdate()
    chosen: date = (form.is_valid() and form.cleaned_data["on"]) or today
    found = selectors.programme(county_of(request), code, chosen)
    if found is None:
        raise Http404("没有这个项目")
    context = {
        "item": found,
        "form": form,
        "day": chosen,
        "is_past": chosen != today,
        "changes": selectors.programme_changes(request.scope, code),
        "documents": selectors.documents(request.scope, programme=code),
        "draft": selectors.open_draft(request.scope) if request.user.has_perm("policies.change_rulebook") else None,
    }
    return render(request, "policies/programme.html", context, status=422 if form.errors else 200)
