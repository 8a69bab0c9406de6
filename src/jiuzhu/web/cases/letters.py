"""守信承诺书与授权书：写什么，念什么，签的到底是哪份文本。"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.models import Organisation

from .models import Application, Applied

VALID_DAYS = 365
EVERYTHING = Scope.everything()
PAD = (1000, 400)  # 笔迹坐标的宽与高
STATEMENTS = (
    "所说的家庭人口、收入、财产、支出情况和交的材料都是真的、全的。",
    "愿意接受家庭经济状况核对、入户调查和定期复核。",
    "家里的人口、收入、财产变了的，30 日内告诉村（居）民委员会或乡镇。",
    "有近亲属在经办机构或村（居）民委员会工作的，已如实说明。",
    "有虚报、隐瞒、伪造的，退回所领的款物，依照社会救助法第七十三条、第七十四条承担责任。",
)
BASIS = "《中华人民共和国社会救助法》第四十条、第四十一条"
PURPOSE = "用于本次申请的审核确认以及享受期间的定期复核"
RIGHTS = "我们知悉：查询所得只用于社会救助，依法保密；本人可以查询、更正，也可以书面撤回授权，撤回后申请不能继续办理的，由本人承担。我们保证所填身份信息真实，愿意接受入户调查和复核。"  # noqa: E501
PLEDGE_ALOUD = "我说的家里有几口人、挣多少钱、有什么家产，都是真的。愿意让工作人员核对、上门看。家里情况变了，一个月内来说。说了假话，退钱，还要担责任。"  # noqa: E501
AUTHORISATION_ALOUD = "我同意民政部门到公安、社保、税务、市场监管、不动产、公积金、医保和银行，查我和家里的收入、财产，只用来办这几样救助。一年有效，随时可以来撤回；撤回了，这次申请可能办不下去。"  # noqa: E501


@dataclass(frozen=True)
class Letters:
    """两份文本。``text`` 是算摘要用的全文。"""

    applicant: str
    programme: str
    statements: tuple[str, ...]
    authorised: str
    sources: tuple[str, ...]
    period: str
    basis: str = BASIS
    purpose: str = PURPOSE
    rights: str = RIGHTS

    @property
    def text(self) -> str:
        """一字不差的全文。"""
        pledge = [self.applicant, self.programme, self.statements]
        authorisation = [self.basis, self.authorised, self.sources, self.purpose, self.period, self.rights]
        return json.dumps(pledge + authorisation, ensure_ascii=False)


def letters_of(application: Application) -> Letters:
    """一件申请的两份文本；项目变了，文本就变，先前签的不再有效。"""
    programmes = Applied.objects.within(EVERYTHING).filter(application=application)
    return Letters(
        applicant=application.applicant.name,
        programme="、".join(dict.fromkeys(row.title for row in programmes)),
        statements=STATEMENTS,
        authorised=_authorised(application),
        sources=_sources(),
        period="自签署之日起一年，可以随时书面撤回",
    )


def valid_until(day: date) -> date:
    """授权到哪天。"""
    return day + timedelta(days=VALID_DAYS)


def digest_of(letters: Letters, facts: Mapping[str, Any]) -> str:
    """两份文本连同笔迹、签字人、时间、地点的 SM3 摘要，十六进制。"""
    body = json.dumps({"text": letters.text, **facts}, ensure_ascii=False, sort_keys=True)
    return hashlib.new("sm3", body.encode()).hexdigest()


def svg_of(strokes: Sequence[Sequence[Sequence[int]]]) -> str:
    """笔迹画成图，供文书排版。"""
    if not strokes:
        return ""
    width, height = PAD
    lines = "".join(f"M{' L'.join(f'{x} {y}' for x, y in _drawn(stroke))}" for stroke in strokes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><path d="{lines}" fill="none" '
        'stroke="#101820" stroke-width="13" stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _drawn(stroke: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
    """一点也要画得出来。"""
    return stroke if len(stroke) > 1 else [stroke[0], [stroke[0][0] + 1, stroke[0][1]]]


def _authorised(application: Application) -> str:
    rows = Organisation.objects.filter(
        kind=Organisation.Kind.COUNTY_OFFICE, division_code__startswith=application.division_code[:6]
    )
    office = rows.filter(department="minzheng").order_by("pk").first() or rows.order_by("pk").first()
    return str(office.name if office else application.organisation.name)


def _sources() -> tuple[str, ...]:
    from jiuzhu.engine.assessment.verification import ITEMS, NOT_CONNECTED  # noqa: PLC0415 引擎载入较慢
    from jiuzhu.engine.catalog import load_catalog  # noqa: PLC0415 同上

    known = load_catalog().sources
    told = [known[item.source].department for item in ITEMS] + list(NOT_CONNECTED.values())
    offices = [office.removesuffix("等") for words in told for office in words.split("、")]
    return tuple(dict.fromkeys(offices))
