"""成批制发：文号接着编，每份都存档、可查验、有审计；一份不成，一份也不留。"""

from datetime import UTC, datetime

import pytest

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import selectors, vault
from jiuzhu.web.documents.errors import PaperError
from jiuzhu.web.documents.models import Paper, PaperProof
from jiuzhu.web.documents.services import PaperItem, paper_render, papers_render

from .pdf import pages_of
from .samples import REFUSAL

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
NAMES = ("张*", "李*", "王*")


def items(*names: str) -> list[PaperItem]:
    return [
        PaperItem({**REFUSAL, "applicant": name}, ("cases.case", str(at)), "429998101000")
        for at, name in enumerate(names)
    ]


def bulk(actor: Actor, bureau: Organisation, *names: str) -> list[Paper]:
    return papers_render(template="refusal", items=items(*names), actor=actor, organisation=bureau, now=NOW)


def test_numbers_go_on_from_single_papers(actor: Actor, bureau: Organisation) -> None:
    first = paper_render(template="refusal", data=REFUSAL, actor=actor, organisation=bureau, now=NOW)
    papers = bulk(actor, bureau, *NAMES)
    last = paper_render(template="refusal", data=REFUSAL, actor=actor, organisation=bureau, now=NOW)
    numbers = [int(paper.number.partition("〕")[2].removesuffix("号")) for paper in (first, *papers, last)]
    assert numbers == [1, 2, 3, 4, 5]


def test_each_is_kept_verifiable_and_audited(actor: Actor, bureau: Organisation) -> None:
    papers = bulk(actor, bureau, *NAMES)
    for paper, name in zip(papers, NAMES, strict=True):
        text = "".join("".join(pages_of(vault.read_all(paper.name))).split())
        assert name in text
        assert paper.number in text
        assert selectors.proof(code=paper.code, number=paper.number) == paper.proof
    assert [paper.subject_key for paper in papers] == ["0", "1", "2"]
    assert {paper.division_code for paper in papers} == {"429998101000"}
    entries = Entry.objects.filter(action="documents.paper_issue")
    assert {entry.subject_key for entry in entries} == {str(paper.pk) for paper in papers}


def test_one_that_cannot_be_printed_leaves_none(actor: Actor, bureau: Organisation) -> None:
    with pytest.raises(PaperError):
        bulk(actor, bureau, "张*", "张𱎂", "王*")
    assert list(vault.names()) == []
    assert not PaperProof.objects.exists()
    assert bulk(actor, bureau, "张*")[0].number.endswith("〕1号")


def test_missing_content_is_told_before_anything(actor: Actor, bureau: Organisation) -> None:
    with pytest.raises(PaperError, match="受理法院"):
        papers_render(
            template="refusal", items=[PaperItem({**REFUSAL, "court": ""})], actor=actor, organisation=bureau, now=NOW
        )
    assert papers_render(template="refusal", items=[], actor=actor, organisation=bureau) == []
