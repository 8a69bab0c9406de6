"""apply 一项的数据：人员、区划，真监测出来的户装进库。数据库就绪之后才载入。"""

from pathlib import Path

from benchmarks import county_database as county  # 先建立 Django

from django.utils import timezone  # isort: skip

from jiuzhu.engine.roster import Roster  # isort: skip
from jiuzhu.web.access.scope import Scope  # isort: skip
from jiuzhu.web.monitoring.models import Run  # isort: skip
from jiuzhu.web.registry.models import Household  # isort: skip
from jiuzhu.web.registry.services import households_load  # isort: skip


def prepare(out: Path, roster: Roster) -> list[str]:
    """返回装进库的户的编号。"""
    county.prepare()
    now = timezone.now()
    Run.objects.create(
        number=1, status=Run.Status.DONE, division_code=f"{county.COUNTY}000000", folder="", out_dir=str(out),
        as_of=roster.as_of, started_at=now, finished_at=now, rulebook={}, summary={},
    )  # fmt: skip
    everything = Scope.everything()
    with everything.applied():
        households_load(run_number=1, roster=roster, out=out)
        rows = Household.objects.within(everything).filter(division_code__startswith=county.COUNTY)
        return list(rows.order_by("?").values_list("household_id", flat=True))
