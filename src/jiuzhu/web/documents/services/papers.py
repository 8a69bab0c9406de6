"""文书：制发、打印、作废、取阅。"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.documents.errors import PaperError
from jiuzhu.web.documents.models import Letterhead, Paper, PaperProof
from jiuzhu.web.documents.papers import TEMPLATES, PaperTemplate
from jiuzhu.web.documents.typesetting import compile_paper
from jiuzhu.web.ground.crypto import blind_index
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.templatetags.ground import cn_time

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 没有 0 O 1 I
GROUPS = 4
NEXT_NUMBER = """INSERT INTO documents_papersequence (organisation_id, template, year, last) VALUES (%s, %s, %s, 1)
    ON CONFLICT (organisation_id, template, year) DO UPDATE SET last = documents_papersequence.last + 1 RETURNING last"""


@dataclass(frozen=True)
class Watermark:
    """每页的水印：谁、哪个单位、何时。"""

    name: str
    unit: str
    time: str

    @classmethod
    def of(cls, actor: Actor, now: datetime) -> "Watermark":
        """办事人此刻的水印。"""
        return cls(actor.name, actor.organisation, cn_time(now))


def paper_render(
    *,
    template: str,
    data: Mapping[str, Any],
    actor: Actor,
    organisation: Organisation,
    number: str | None = None,
    subject: tuple[str, str] = ("", ""),
    division_code: str = "",
    now: datetime | None = None,
) -> Paper:
    """制发一份文书并存档。``template`` 是 ``papers.TEMPLATES`` 的代码，``data`` 是它要的内容。

    ``number`` 不给则按单位、种类、年份取下一个文号（本种类不编号的除外）；落款日期取 ``data["date"]``，没有则为今天。
    ``subject`` 是所属事项（种类、编号），``division_code`` 是它的地方，默认为单位所在。
    缺内容、有印不出的字、没有字体时抛 ``PaperError``；文号重了抛 ``Conflict``。
    """
    chosen, now = TEMPLATES[template], now or timezone.now()
    if not chosen.stored:
        raise ValueError(f"{template} 只打印不存档，请用 print_render")
    chosen.demand(data)
    stored: vault.Stored | None = None
    try:
        with transaction.atomic():
            content = _content(chosen, data, organisation, number, now)
            stored = vault.store([compile_paper(chosen.file, content)])
            proof = proof_of(content, stored, actor, now)
            proof.save(force_insert=True)
            paper = paper_of(chosen, content, stored, proof, actor, organisation, subject, division_code)
            paper.save(force_insert=True)
            record(actor=actor, action="documents.paper_issue", subject=paper_subject(paper), after=paper_facts(paper))
    except BaseException as error:
        if stored is not None:
            vault.remove(stored.name)
        if isinstance(error, IntegrityError) and "one_paper_a_number" in str(error):
            raise Conflict(
                f"文号 {number} 已经用过，没有制发。请换一个文号，或让系统自动编号。", code="paper_number"
            ) from error
        raise
    return paper


def print_render(*, template: str, data: Mapping[str, Any], actor: Actor, now: datetime | None = None) -> bytes:
    """打印档案或名单：每页带水印，不存档，返回 PDF。看过、导出过由调用方记审计。"""
    now = now or timezone.now()
    chosen = TEMPLATES[template]
    chosen.demand(data)
    day = timezone.localtime(now).date().isoformat()
    return compile_paper(chosen.file, {"date": day, **data, "watermark": asdict(Watermark.of(actor, now))})


@transaction.atomic
def paper_open(*, paper: Paper, actor: Actor, reason: str = "", task: str = "") -> Iterator[bytes]:
    """取阅存档的 PDF，记一笔。"""
    content = vault.read(paper.name)
    record(actor=actor, action="documents.paper_read", subject=paper_subject(paper), reason=reason, task=task)
    return content


@transaction.atomic
def paper_revoke(*, paper: Paper, reason: str, actor: Actor, now: datetime | None = None) -> None:
    """作废：存档不动，查验时写明已经作废。"""
    if not reason.strip():
        raise PaperError("作废要写明原因。", code="paper_reason")
    proof = PaperProof.objects.select_for_update().get(pk=paper.proof_id)
    if proof.is_revoked:
        raise Conflict("这份文书已经作废过了。", code="paper_revoked")
    proof.revoked_at, proof.revoked_reason = now or timezone.now(), reason.strip()[:200]
    proof.save(update_fields=["revoked_at", "revoked_reason"])
    paper.proof = proof
    record(actor=actor, action="documents.paper_revoke", subject=paper_subject(paper), reason=reason)


@transaction.atomic
def letterhead_set(*, organisation: Organisation, word: str, red_head: bool = False, actor: Actor) -> Letterhead:
    """设定一个单位的机关代字与红头。"""
    if not word.strip():
        raise PaperError("机关代字不能为空，例如“青民”。", code="letterhead_word")
    old = Letterhead.objects.filter(organisation=organisation).values("word", "red_head").first()
    new = {"word": word.strip(), "red_head": red_head}
    letterhead, _ = Letterhead.objects.update_or_create(organisation=organisation, defaults=new)
    record(
        actor=actor,
        action="documents.letterhead_set",
        subject=Subject("divisions.organisation", str(organisation.pk), organisation.name),
        before=old,
        after=new,
    )
    return letterhead


def new_code() -> str:
    """一个查验码：``7K2M-9QXH-4TPA-WCR8``，八十位的随机数。"""
    letters = [secrets.choice(ALPHABET) for _ in range(4 * GROUPS)]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, len(letters), 4))


def _content(
    template: PaperTemplate, data: Mapping[str, Any], organisation: Organisation, number: str | None, now: datetime
) -> dict[str, Any]:
    letterhead = Letterhead.objects.filter(organisation=organisation).first()
    day = data.get("date") or timezone.localtime(now).date().isoformat()
    if number is None:
        number = _next_number(template, organisation, letterhead, int(day[:4])) if template.word else ""
    return paper_content(template, data, organisation, letterhead, number, day)


def paper_content(
    template: PaperTemplate,
    data: Mapping[str, Any],
    organisation: Organisation,
    letterhead: Letterhead | None,
    number: str,
    day: str,
) -> dict[str, Any]:
    """交给排版的全部内容：单位、红头、文号、日期、新的查验码。"""
    return {
        "organisation": organisation.name,
        "red_head": bool(letterhead and letterhead.red_head and number),
        **data,
        "title": data.get("title") or template.title,
        "date": day,
        "number": number,
        "code": new_code(),
    }


def _next_number(template: PaperTemplate, organisation: Organisation, letterhead: Letterhead | None, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, [organisation.pk, template.code, year])
        last = cursor.fetchone()[0]
    return numbered(template, organisation, letterhead, year, last)


def numbered(
    template: PaperTemplate, organisation: Organisation, letterhead: Letterhead | None, year: int, at: int
) -> str:
    """文号：``青民救核〔2026〕12号``。"""
    word = letterhead.word if letterhead else organisation.label
    return f"{word}{template.word}〔{year}〕{at}号"


def _shared(content: Mapping[str, Any], stored: vault.Stored, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "title": content["title"],
        "number": content["number"],
        "dated": content["date"],
        "issuer": actor.name,
        "issued_at": now,
        "size": stored.size,
        "digest": stored.digest,
    }


def proof_of(content: Mapping[str, Any], stored: vault.Stored, actor: Actor, now: datetime) -> PaperProof:
    """供查验的一行，还没有存。"""
    return PaperProof(
        code_index=blind_index(content["code"]),
        organisation_name=content["organisation"],
        **_shared(content, stored, actor, now),
    )


def paper_of(
    template: PaperTemplate,
    content: Mapping[str, Any],
    stored: vault.Stored,
    proof: PaperProof,
    actor: Actor,
    organisation: Organisation,
    subject: tuple[str, str],
    division_code: str,
) -> Paper:
    """存档的一行，还没有存。"""
    return Paper(
        name=stored.name,
        template=template.code,
        code=content["code"],
        organisation=organisation,
        issued_by_id=actor.user_id,
        proof=proof,
        subject_kind=subject[0],
        subject_key=subject[1],
        division_code=division_code or organisation.division_code,
        **_shared(content, stored, actor, proof.issued_at),
    )


def paper_subject(paper: Paper) -> Subject:
    """审计里怎么称呼。"""
    return Subject("documents.paper", str(paper.pk), str(paper))


def paper_facts(paper: Paper) -> dict[str, Any]:
    """制发时记入审计的。"""
    return {"number": paper.number, "template": paper.template, "digest": paper.digest}
