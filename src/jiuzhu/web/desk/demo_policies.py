"""演示用的政策文件与一次政策测算：文字是为演示写的；登记、上传、改草稿、测算都走正式的服务。"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.documents.services import UploadedContent
from jiuzhu.web.documents.typesetting import compile_paper
from jiuzhu.web.monitoring.selectors import latest_run
from jiuzhu.web.monitoring.whatif.selectors import every_costing
from jiuzhu.web.monitoring.whatif.services import Asked, costing_start
from jiuzhu.web.policies.models import PolicyDocument, RulebookVersion
from jiuzhu.web.policies.rulebook import content
from jiuzhu.web.policies.services import document_file_add, document_save, rulebook_change, rulebook_draft

from .demo_orders import who

TEXTS = Path(__file__).with_name("demo_policies.yaml")
ISSUER = "青禾县民政局（演示）"
MARK = {"name": "演示文件", "unit": "不作办事依据", "time": ""}
STANDARD, RAISED_ON, RAISED = "低保标准", date(2027, 1, 1), {"城": 820.0, "乡": 690.0}


@cache
def texts() -> tuple[Mapping[str, Any], ...]:
    """各份文件的登记与文字。"""
    return tuple(yaml.safe_load(TEXTS.read_text(encoding="utf-8")))


def demo_policies_wanted(county: str) -> bool:
    """这个县还没有演示的政策文件，或还没有测算过。"""
    scope = Scope(role="system", areas=(county[:6],))
    with scope.applied():
        return not (PolicyDocument.objects.within(scope).exists() and every_costing().exists())


def demo_policies_ensure(*, keeper: Post) -> tuple[int, bool]:
    """以县监测员的名义登记文件、发起一次测算；有了的不重做。返回新登记几份、有没有发起测算。"""
    with keeper.scope().applied():
        return documents_ensure(keeper), costing_ensure(keeper)


def documents_ensure(keeper: Post) -> int:
    """登记各份文件，传上 PDF。"""
    given = who(keeper)
    known = set(PolicyDocument.objects.within(given["scope"]).values_list("number", flat=True))
    wanted = [text for text in texts() if text["number"] not in known]
    for text in wanted:
        values = {name: text.get(name) or "" for name in ("title", "number", "ended_why", "note")}
        days = {name: text.get(name) for name in ("issued_on", "in_force_on", "ended_on")}
        kept = document_save(
            document_id=None, values={**values, **days, "issuer": ISSUER, "programmes": text["programmes"]},
            division_code=given["actor"].division_code, **given,
        )  # fmt: skip
        file = UploadedContent(f"{text['title']}.pdf", typeset(text))
        document_file_add(document_id=kept.pk, file=file, **given)
    return len(wanted)


def typeset(text: Mapping[str, Any]) -> bytes:
    """排成 PDF，每页都有“演示文件”的底纹。"""
    return compile_paper(
        "policy.typ",
        {
            "title": text["title"],
            "number": text["number"],
            "organisation": ISSUER,
            "red_head": True,
            "sections": text["sections"],
            "date": text["issued_on"].isoformat(),
            "watermark": MARK,
        },
    )


def costing_ensure(keeper: Post) -> bool:
    """没有测算过的，建一个提高低保标准的草稿，算一次；还没有监测过的先不算。"""
    scope = keeper.scope()
    run = latest_run(scope)
    if run is None or every_costing().exists():
        return False
    costing_start(
        version=raised(keeper), against=None, run=run,
        asked=Asked(standards_on=RAISED_ON, note="演示：低保标准城市提到820元、农村提到690元，一年多花多少"),
        **who(keeper),
    )  # fmt: skip
    return True


def raised(keeper: Post) -> RulebookVersion:
    """提高低保标准的草稿。"""
    given = who(keeper)
    draft = rulebook_draft(
        name="提高2027年低保标准（演示）", note="看看要多花多少，不发布", division_code=given["actor"].division_code,
        **given,
    )  # fmt: skip
    item = content.parameters(draft.files)[STANDARD]
    values = {day: content.placed(value) for day, value in item["values"].items()} | {RAISED_ON: RAISED}
    return rulebook_change(
        version_id=draft.pk,
        revision=draft.revision,
        files=content.with_parameter(
            draft.files, STANDARD, unit=str(item["unit"]), basis=str(item["basis"]), values=values
        ),
        part=f"参数 {STANDARD}",
        before=None,
        after={"value": "2027年1月1日起 城820、乡690 元/月"},
        **given,
    )
