"""给核对用的数据：一个县最近一次完成的监测。"""

from pathlib import Path

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.verification.results import Results


def latest_results(division_code: str, number: int | None = None) -> Results | None:
    """没有完成过的为空；``number`` 给了就取那一次的。乡镇的窗口也要用，所以按县取，不按当前岗位的范围。"""
    county = Scope(role="system", areas=(division_code[:6],))
    with county.applied():
        rows = Run.objects.within(county).filter(status=Run.Status.DONE, division_code=division_code, is_replay=False)
        if number is not None:
            rows = rows.filter(number=number)
        run = rows.only("number", "out_dir", "as_of").order_by("-number").first()
    if run is None or run.as_of is None:
        return None
    return Results(Path(run.out_dir), run.number, run.as_of)
