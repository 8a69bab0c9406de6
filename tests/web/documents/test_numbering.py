"""几个人同时制发：文号不重、不跳。"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.errors import PaperError
from jiuzhu.web.documents.services import paper_render

from .samples import REFUSAL

PEOPLE, EACH = 4, 6


@pytest.mark.django_db(transaction=True)
def test_many_at_once(actor: Actor, bureau: Organisation) -> None:
    def issue_some(person: int) -> list[str]:
        numbers = []
        try:
            for turn in range(EACH):
                if turn % 3 == 2:  # 有的会失败回滚，不该占号
                    with pytest.raises(PaperError):
                        paper_render(
                            template="refusal",
                            data=REFUSAL | {"applicant": "张𱎂"},
                            actor=actor,
                            organisation=bureau,
                        )
                    continue
                data = REFUSAL | {"applicant": f"申请人{person}"}
                paper = paper_render(template="refusal", data=data, actor=actor, organisation=bureau)
                numbers.append(paper.number)
        finally:
            connection.close()
        return numbers

    with ThreadPoolExecutor(PEOPLE) as pool:
        numbers = [number for some in pool.map(issue_some, range(PEOPLE)) for number in some]
    wanted = {f"县民政局救核〔2026〕{last}号" for last in range(1, PEOPLE * EACH * 2 // 3 + 1)}
    assert len(numbers) == len(wanted)
    assert set(numbers) == wanted
