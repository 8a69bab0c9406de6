"""一次制发许多份同一种文书：编号一次取齐，登记、审计成批写，一边排版一边入库。与逐份制发的结果处处相同。"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Change, record_many
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.documents.models import Letterhead, Paper, PaperProof
from jiuzhu.web.documents.papers import TEMPLATES, PaperTemplate
from jiuzhu.web.documents.typesetting import compile_paper

from .papers import numbered, paper_content, paper_facts, paper_of, paper_subject, proof_of

WRITERS = 2  # 入库要等落盘，另用线程，不耽误排版
NUMBERS = """INSERT INTO documents_papersequence (organisation_id, template, year, last) VALUES (%s, %s, %s, %s)
    ON CONFLICT (organisation_id, template, year) DO UPDATE SET last = documents_papersequence.last + EXCLUDED.last
    RETURNING last"""


@dataclass(frozen=True)
class PaperItem:
    """一份的内容：``data`` 同 ``paper_render``，``subject`` 是所属事项，``division_code`` 是它的地方。"""

    data: Mapping[str, Any]
    subject: tuple[str, str] = ("", "")
    division_code: str = ""


@dataclass
class _Press:
    """一边排版一边入库；没有办成的全拿走。"""

    kept: list[Future[vault.Stored]] = field(default_factory=list)

    def print(self, template: PaperTemplate, contents: Sequence[Mapping[str, Any]]) -> list[vault.Stored]:
        with ThreadPoolExecutor(WRITERS) as pool:
            for content in contents:
                self.kept.append(pool.submit(vault.store, [compile_paper(template.file, content)]))
            return [each.result() for each in self.kept]

    def take_away(self) -> None:
        for each in self.kept:
            if not each.cancelled() and each.exception() is None:
                vault.remove(each.result().name)


def papers_render(
    *, template: str, items: Sequence[PaperItem], actor: Actor, organisation: Organisation, now: datetime | None = None
) -> list[Paper]:
    """制发一批并存档，次序与 ``items`` 相同，落款都是今天。有一份不成就全都不成，错误同 ``paper_render``。"""
    if not items:
        return []
    chosen, now, press = TEMPLATES[template], now or timezone.now(), _Press()
    for item in items:
        chosen.demand(item.data)
    try:
        with transaction.atomic():
            contents = _contents(chosen, items, organisation, now)
            stored = press.print(chosen, contents)
            rows = list(zip(items, contents, stored, strict=True))
            proofs = PaperProof.objects.bulk_create(proof_of(content, one, actor, now) for _, content, one in rows)
            papers = [
                paper_of(chosen, content, one, proof, actor, organisation, item.subject, item.division_code)
                for (item, content, one), proof in zip(rows, proofs, strict=True)
            ]
            Paper.objects.bulk_create(papers)
            changes = [Change(paper_subject(paper), None, paper_facts(paper)) for paper in papers]
            record_many(actor=actor, action="documents.paper_issue", changes=changes)
    except BaseException:
        press.take_away()
        raise
    return papers


def _contents(
    template: PaperTemplate, items: Sequence[PaperItem], organisation: Organisation, now: datetime
) -> list[dict[str, Any]]:
    letterhead = Letterhead.objects.filter(organisation=organisation).first()
    day = timezone.localtime(now).date()
    numbers = [""] * len(items)
    if template.word:
        with connection.cursor() as cursor:
            cursor.execute(NUMBERS, [organisation.pk, template.code, day.year, len(items)])
            last = cursor.fetchone()[0]
        numbers = [
            numbered(template, organisation, letterhead, day.year, at) for at in range(last - len(items) + 1, last + 1)
        ]
    return [
        paper_content(template, item.data, organisation, letterhead, number, day.isoformat())
        for item, number in zip(items, numbers, strict=True)
    ]
