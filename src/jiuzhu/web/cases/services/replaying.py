"""重放一件申请提交那天的结论：用那时的手册、那次监测的数据、那时的回答再算一遍，与记下的逐分相比。"""

from dataclasses import dataclass

from django.db import transaction

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import record
from jiuzhu.web.cases.entitling import Fits, fits_by
from jiuzhu.web.cases.models import Application, Applied
from jiuzhu.web.cases.selectors import living, masked_names
from jiuzhu.web.cases.subjects import application_subject
from jiuzhu.web.ground.errors import Conflict, NotAllowed
from jiuzhu.web.verification.results import results_of_run, rulebook_then

from .accepting import fit_for
from .opening import EVERYTHING

GONE = "那时的手册、数据不在了，或提交时没有数据可算，不能重放；记下的结论没有变。"


@dataclass(frozen=True)
class Replayed:
    """``differences`` 是对不上的项目名，空即逐分相同；``total`` 是比了几个。"""

    differences: tuple[str, ...]
    total: int


def application_replay(*, application: Application, actor: Actor, scope: Scope) -> Replayed:
    """只读，不改记下的结论；重放过、同不同，记一笔。

    Raises:
        NotAllowed: 不归当前岗位管（outside_area）。
        Conflict: 那时的手册、数据不在了（replay_gone）。
    """
    if not scope.covers(application.division_code):
        raise NotAllowed("这件申请不归您当前的岗位管，没有重放。", code="outside_area")
    rows = list(Applied.objects.within(EVERYTHING).filter(application=application))
    fits = _again(application, [one.code for one in rows])
    differing = []
    for one in rows:
        fit = fit_for(fits, one)
        if fit is None or (fit.state, fit.told.amount) != (one.answer, one.amount):
            differing.append(one.title)
    found = Replayed(tuple(dict.fromkeys(differing)), len(rows))
    with transaction.atomic():
        record(
            actor=actor, action="cases.application_replay", subject=application_subject(application),
            after={"equal": not found.differences},
        )  # fmt: skip
    return found


def _again(application: Application, codes: list[str]) -> Fits:
    basis = application.basis
    results = results_of_run(application.division_code, basis["run_number"]) if basis else None
    if results is None or not (results.out / "members.parquet").is_file():
        raise Conflict(GONE, code="replay_gone")
    book = rulebook_then(results, application.division_code, basis["digest"])
    if book is None:
        raise Conflict(GONE, code="replay_gone")
    names = masked_names(living(EVERYTHING, application.household))
    return fits_by(results, book, application.household, names, basis["answers"], codes)
