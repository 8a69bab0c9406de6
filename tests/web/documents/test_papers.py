"""文书的制发：文号、查验码、存档、作废。"""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import selectors, vault
from jiuzhu.web.documents.errors import PaperError
from jiuzhu.web.documents.models import Paper
from jiuzhu.web.documents.services import letterhead_set, paper_open, paper_render, paper_revoke, print_render
from jiuzhu.web.ground.errors import Conflict

from .pdf import pages_of
from .samples import ACCEPTANCE, FILE, LIST, REFUSAL

pytestmark = pytest.mark.django_db
COUNTY = Scope(areas=("429998",))
NEIGHBOUR = Scope(areas=("429997",), organisation_id=0)
SUBJECT = ("cases.case", "7")


def issue(actor: Actor, bureau: Organisation, **options: object) -> Paper:
    given = {"template": "refusal", "data": REFUSAL, "subject": SUBJECT} | options
    return paper_render(actor=actor, organisation=bureau, **given)  # type: ignore[arg-type]


def test_numbers_run_by_year_and_kind(actor: Actor, bureau: Organisation) -> None:
    letterhead_set(organisation=bureau, word="测民", actor=actor)
    numbers = [issue(actor, bureau).number for _ in range(3)]
    assert numbers == ["测民救核〔2026〕1号", "测民救核〔2026〕2号", "测民救核〔2026〕3号"]
    assert issue(actor, bureau, template="acceptance", data=ACCEPTANCE).number == "测民救受〔2026〕1号"
    assert issue(actor, bureau, data=REFUSAL | {"date": "2027-01-04"}).number == "测民救核〔2027〕1号"


def test_number_falls_back_to_short_name(actor: Actor, bureau: Organisation) -> None:
    assert issue(actor, bureau).number == "县民政局救核〔2026〕1号"


def test_failed_issue_leaves_no_gap_and_no_file(actor: Actor, bureau: Organisation, own_vault: Path) -> None:
    with pytest.raises(PaperError):
        issue(actor, bureau, data=REFUSAL | {"applicant": "张𱎂"})
    assert issue(actor, bureau).number.endswith("〕1号")
    assert len(list(vault.names())) == 1


def test_number_given_twice_is_refused(actor: Actor, bureau: Organisation) -> None:
    issue(actor, bureau, number="测民救核〔2026〕88号")
    with pytest.raises(Conflict):
        issue(actor, bureau, number="测民救核〔2026〕88号")
    assert len(list(vault.names())) == 1


def test_missing_content_is_told_at_once(actor: Actor, bureau: Organisation) -> None:
    with pytest.raises(PaperError) as error:
        issue(actor, bureau, data=REFUSAL | {"facts": [], "court": ""})
    assert "认定的事实、受理法院" in error.value.message


def test_paper_is_kept_encrypted_and_reads_back(actor: Actor, bureau: Organisation, own_vault: Path) -> None:
    paper = issue(actor, bureau)
    kept = vault.path_of(paper.name).read_bytes()
    assert not kept.startswith(b"%PDF")
    assert paper.digest.encode() not in kept
    content = b"".join(paper_open(paper=paper, actor=actor, reason="申请人要求复印"))
    text = "".join("".join(pages_of(content)).split())
    assert paper.code in text
    assert paper.number in text
    assert selectors.sm3_of([content]) == paper.digest
    actions = list(Entry.objects.order_by("at", "lane", "seq").values_list("action", flat=True))
    assert actions == ["documents.paper_issue", "documents.paper_read"]


def test_codes_are_readable_and_differ(actor: Actor, bureau: Organisation) -> None:
    codes = sorted(issue(actor, bureau).code for _ in range(5))
    assert all(first != second for first, second in pairwise(codes))
    assert all(len(code) == 19 and not set(code) & set("0O1I") for code in codes)


def test_seen_only_within_scope(actor: Actor, bureau: Organisation) -> None:
    paper = issue(actor, bureau, division_code="429998101200")
    assert selectors.paper(COUNTY, paper.pk) == paper
    assert selectors.paper(Scope(organisation_id=bureau.pk), paper.pk) == paper
    assert selectors.paper(NEIGHBOUR, paper.pk) is None
    assert selectors.paper(Scope(areas=("429998102",)), paper.pk) is None
    assert list(selectors.papers(COUNTY, subject_kind="cases.case", subject_key="7")) == [paper]


def test_verified_by_code_and_number(actor: Actor, bureau: Organisation) -> None:
    paper = issue(actor, bureau)
    loose = paper.code.lower().replace("-", " ")
    assert selectors.proof(code=loose, number=paper.number.replace("〔", "(").replace("〕", ")")) is not None
    assert selectors.proof(code=paper.code, number="测民救核〔2026〕999号") is None
    assert selectors.proof(code="AAAA-BBBB-CCCC-DDDD", number=paper.number) is None


def test_revoked_shows_and_only_once(actor: Actor, bureau: Organisation) -> None:
    paper = issue(actor, bureau)
    with pytest.raises(PaperError):
        paper_revoke(paper=paper, reason=" ", actor=actor)
    paper_revoke(paper=paper, reason="金额写错", actor=actor)
    found = selectors.proof(code=paper.code, number=paper.number)
    assert found is not None
    assert found.is_revoked
    assert found.revoked_reason == "金额写错"
    with pytest.raises(Conflict):
        paper_revoke(paper=paper, reason="再来一次", actor=actor)


def test_print_carries_who_and_when_on_each_page(actor: Actor) -> None:
    now = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    data = {key: value for key, value in LIST.items() if key not in {"watermark", "date"}}
    content = print_render(template="list", data=data, actor=actor, now=now)
    for page in pages_of(content):
        assert "刘晓燕青禾县河湾乡人民政府2026年11月22日10:30打印" in "".join(page.split())


def test_print_templates_are_not_issued(actor: Actor, bureau: Organisation) -> None:
    with pytest.raises(ValueError, match="只打印"):
        issue(actor, bureau, template="file", data=FILE)
