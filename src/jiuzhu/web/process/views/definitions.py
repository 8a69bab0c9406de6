"""办事流程：现行的各个流程，一个流程的图、各步与期限、依据。"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiuzhu.web.process import selectors
from jiuzhu.web.process.definition import KINDS, WHERE
from jiuzhu.web.process.diagram import drawn
from jiuzhu.web.process.places import role_title

from .common import definition_reader


@require_safe
@definition_reader
def definition_list(request: HttpRequest) -> HttpResponse:
    """现行的流程。"""
    return render(request, "process/definitions.html", {"definitions": selectors.definitions()})


@require_safe
@definition_reader
def definition_page(request: HttpRequest, pk: int) -> HttpResponse:
    """一个版本。"""
    definition = selectors.definition(pk)
    if definition is None:
        raise Http404("没有这个流程")
    process = definition.process
    steps = [
        {
            "node": node,
            "kind": KINDS[node.kind],
            "role": role_title(node.role),
            "where": WHERE.get(node.where, ""),
            "apart": "、".join(process.node(code).title for code in node.apart_from),
        }
        for node in process.nodes
        if node.kind in {"task", "multi", "wait"}
    ]
    context = {
        "definition": definition,
        "process": process,
        "steps": steps,
        "limit_from": process.node(process.limit_from).title if process.limit_from else "",
        "versions": selectors.versions(definition.code),
        "diagram": drawn(process),
    }
    return render(request, "process/definition.html", context)
