"""一万户一次批量核对,与逐户核对一万户相比;一批核对报告,与只用排版程序排同样的文书相比。

真的县监测好、装好,以 jiuzhu_web 的身份,行级权限、加密、审计都开着。逐户核对只做一部分,按户数推算,写明做了几户。
"""

import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.counties import CHECKOUT, KEY, bench_folder, demo_county
from benchmarks.machine import line, timed
from benchmarks.registry import database
from jiuzhu.engine.pipeline import monitor
from jiuzhu.engine.roster import Roster

PEOPLE = int(os.environ.get("JIUZHU_BENCH_VERIFICATION_PEOPLE", "100000"))
HOUSEHOLDS = int(os.environ.get("JIUZHU_BENCH_VERIFICATION", "10000"))
SINGLES, REPORTS, ROUNDS = 160, 40, 4  # 逐户核对的户数;一批几份报告,量几批
PROGRAMMES = ("dibao", "dibao_bianyuan", "dibao_danren", "gangxing_zhichu")
DRAW = random.Random(7)


def run() -> None:
    """在新进程里量:Django 的设置一个进程只读一次。"""
    subprocess.run([sys.executable, "-m", "benchmarks.verification"], check=True, cwd=CHECKOUT)


def measure() -> None:
    files, kept = demo_county(PEOPLE).files, list[Roster]()
    with tempfile.TemporaryDirectory(prefix="verification-", dir=bench_folder(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        monitor(files, folder / "out", key=KEY, on_people=kept.append)
        with database(folder):
            from benchmarks import county_database as county  # noqa: PLC0415  先有数据库，才能载入 Django

            county.prepare()
            homes = _load(folder / "out", kept[0])
            with county.as_web():
                checks = _batch_and_singles(homes)
                _reports(checks)


def _load(out: Path, roster: Roster) -> list[Any]:
    """登记监测,装好对象库,给一万户各一份全家签了的授权书(不计时)。"""
    from django.utils import timezone  # noqa: PLC0415  同上

    from jiuzhu.web.access.scope import Scope  # noqa: PLC0415
    from jiuzhu.web.monitoring.models import Run  # noqa: PLC0415
    from jiuzhu.web.registry.models import Household  # noqa: PLC0415
    from jiuzhu.web.registry.services import households_load  # noqa: PLC0415

    with Scope.everything().applied() as everything:
        now = timezone.now()
        Run.objects.create(
            number=1, division_code="429998000000", status=Run.Status.DONE, started_at=now, out_dir=str(out),
            as_of=timezone.localdate(),
        )  # fmt: skip
        households_load(run_number=1, roster=roster, out=out)
        homes = list(Household.objects.within(everything).order_by("household_id")[:HOUSEHOLDS])
        if len(homes) < HOUSEHOLDS:
            line("对象库", f"只有 {len(homes):,} 户,按这么多量")
        _authorise(homes, now)
    return homes


def _authorise(homes: Sequence[Any], now: Any) -> None:
    from collections import defaultdict  # noqa: PLC0415

    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from jiuzhu.web.access.scope import Scope  # noqa: PLC0415
    from jiuzhu.web.registry.models import Person  # noqa: PLC0415
    from jiuzhu.web.verification.models import Authorisation  # noqa: PLC0415

    signed, day = defaultdict(list), timezone.localdate(now)
    for home, person in Person.objects.within(Scope.everything()).values_list("household_id", "person_id"):
        signed[home].append({"person_id": person, "signer": "", "refused": False})
    Authorisation.objects.bulk_create(
        Authorisation(
            household=home, division_code=home.division_code, number=f"授〔2026〕{at}号", programmes=list(PROGRAMMES),
            members=signed[home.pk], signed_at=now, place="大厅", valid_from=day, valid_until=day.replace(year=day.year + 1),
            document_digest="a" * 64, recorded_name="某经办",
        )
        for at, home in enumerate(homes)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _batch_and_singles(homes: Sequence[Any]) -> list[Any]:
    from jiuzhu.web.access.models import Post  # noqa: PLC0415
    from jiuzhu.web.access.scope import Scope  # noqa: PLC0415
    from jiuzhu.web.audit.actor import Actor  # noqa: PLC0415
    from jiuzhu.web.verification.models import Authorisation, BatchCheck, BatchRow  # noqa: PLC0415
    from jiuzhu.web.verification.services import batch_run, check_start  # noqa: PLC0415

    post = Post.objects.filter(role="county_officer").select_related("user").first()
    assert post is not None
    actor = Actor(user_id=post.user_id, name=str(post.user), post_id=post.pk, division_code=post.division_code)
    with Scope.everything().applied() as everything:
        letters = {row.household_id: row for row in Authorisation.objects.within(everything)}
        batch = BatchCheck.objects.create(
            division_code="429998000000", area="429998", picked=[home.pk for home in homes],
            programmes=list(PROGRAMMES), started_at=next(iter(letters.values())).signed_at, started_name=actor.name,
        )  # fmt: skip
        taken = []
        for _ in range(3):
            with timed() as watch:
                batch_run(batch_id=batch.pk)
            taken.append(watch.seconds)
        told = {row.household_id: row.conclusions for row in BatchRow.objects.within(everything).filter(batch=batch)}
        assert len(told) == len(homes)

        def one(home: Any) -> Any:
            return check_start(
                household=home, programmes=PROGRAMMES, authorisation=letters[home.pk], actor=actor, scope=post.scope()
            )

        one(homes[0])
        some = DRAW.sample(list(homes), SINGLES)
        with timed() as watch:
            checks = [one(home) for home in some]
        for check in checks:
            _same(check, told[check.household_id])
    whole = watch.seconds / SINGLES * len(homes)
    best = min(taken)
    line(
        "逐户核对",
        f"{SINGLES} 户 {watch.seconds:.1f} 秒,一户 {watch.seconds / SINGLES * 1e3:.0f} 毫秒,推算 {len(homes):,} 户 {whole:,.0f} 秒",
    )
    line(
        "批量核对",
        f"{len(homes):,} 户 {best:.1f} 秒({SINGLES} 户的结论与逐户相同),是逐户的 1/{whole / best:.0f}",
        "≤ 1/50",
    )
    return checks


def _same(check: Any, told: dict[str, Any]) -> None:
    """全户的项目,批量的结论与逐户的相同。"""
    for row in check.conclusions:
        if not row["person_id"]:
            found = told.get(row["programme"], {}).get("conclusion")
            assert found == row["conclusion"], (check.number, row["programme"], found, row["conclusion"])


def _reports(checks: Sequence[Any]) -> None:
    """每批换一些户;先后轮换。只排版的一边用同样的数据、同样的字体与模板,不编号、不存档、不记审计。"""
    ours, bare = [], []
    for turn, some in enumerate(itertools.batched(checks[: REPORTS * ROUNDS], REPORTS, strict=True)):
        if turn % 2:
            bare.append(_bare(some))
        ours.append(_issued(some))
        if not turn % 2:
            bare.append(_bare(some))
    times = statistics.median(mine / theirs for mine, theirs in zip(ours, bare, strict=True))
    mine, theirs = statistics.median(ours), statistics.median(bare)
    line(
        f"一批 {REPORTS} 份核对报告",
        f"编号、排版、加密存档、记审计 {mine:.2f} 秒,只排版 {theirs:.2f} 秒({theirs / REPORTS * 1e3:.0f} 毫秒一份),"
        f"{times:.2f} 倍(各批的中位)",
        "≤ 1.5 倍",
    )


def _issued(checks: Sequence[Any]) -> float:
    from jiuzhu.web.access.models import Post  # noqa: PLC0415
    from jiuzhu.web.access.scope import Scope  # noqa: PLC0415
    from jiuzhu.web.audit.actor import Actor  # noqa: PLC0415
    from jiuzhu.web.verification.services import reports_issue  # noqa: PLC0415

    scope = Post.objects.filter(role="county_officer").earliest("pk").scope()
    with Scope.everything().applied(), timed() as watch:
        reports_issue(checks=checks, actor=Actor.system("测量"), scope=scope)
    return watch.seconds


def _bare(checks: Sequence[Any]) -> float:
    from jiuzhu.web.access.scope import Scope  # noqa: PLC0415
    from jiuzhu.web.documents.typesetting import compile_paper  # noqa: PLC0415
    from jiuzhu.web.verification.services.reports import report_data  # noqa: PLC0415

    shown = {"organisation": "青禾县核对中心", "red_head": False, "title": "家庭经济状况核对报告", "date": "2026-11-22"}
    with Scope.everything().applied():
        papers = [
            {**report_data(check), **shown, "number": f"青民救对〔2026〕{at}号", "code": f"7K2M-9QXH-4TPA-{at:04}"}
            for at, check in enumerate(checks)
        ]
    with timed() as watch:
        for paper in papers:
            compile_paper("verification.typ", paper)
    return watch.seconds


if __name__ == "__main__":
    measure()
