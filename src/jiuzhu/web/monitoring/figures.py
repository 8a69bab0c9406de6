"""页面上的大数:各级户数与上期的比较、数据一路怎么走过来。"""

from dataclasses import dataclass

from django.urls import reverse

from .models import HouseholdWarning, Run


@dataclass(frozen=True)
class BandCard:
    """一个级别的户数。``change`` 为与上期之差,没有上期为空;``share`` 占全部户的比例。"""

    code: str
    count: int
    households: int
    change: int | None
    url: str


@dataclass(frozen=True)
class FlowStep:
    """数据去向的一步:说什么、多少、单位、点了到哪里。"""

    title: str
    value: int | float
    unit: str
    note: str
    url: str


def band_cards(run: Run, previous: Run | None) -> list[BandCard]:
    """四张卡,重的在前。"""
    now = run.shown["warning_bands"]
    before = previous.shown.get("warning_bands") if previous else None
    return [
        BandCard(
            code=code,
            count=now[code],
            households=run.shown["totals"]["households"],
            change=now[code] - before[code] if before else None,
            url=f"{reverse('monitoring:warnings')}?run={run.number}&band={code}",
        )
        for code in HouseholdWarning.Band.values
    ]


def flow_steps(run: Run) -> list[FlowStep]:
    """文件 → 行 → 人 → 户 → 预警；只管一部分地方的，从人口说起。"""
    totals = run.shown["totals"]
    warnings = f"{reverse('monitoring:warnings')}?run={run.number}"
    ending = [
        FlowStep("人口", totals["people"], "人", f"{totals['households']:,} 户", ""),
        FlowStep("预警", totals["warnings"], "户", "点开看名单", warnings),
    ]
    if "links" not in run.shown:
        return ending
    links = run.shown["links"]
    linked = sum(count for method, count in links.items() if method not in {"unlinked", "doubtful"})
    files = f"{reverse('monitoring:files')}?run={run.number}"
    quarantine = f"{reverse('monitoring:quarantine')}?run={run.number}"
    return [
        FlowStep("部门文件", totals["files"], "个", f"读入 {totals['rows_read']:,} 行", files),
        FlowStep("接受", totals["rows_accepted"], "行", f"忽略 {totals['rows_ignored']:,} 行", files),
        FlowStep("隔离", totals["rows_quarantined"], "行", "每行都写明原因", quarantine),
        FlowStep(
            "认到人",
            linked,
            "行",
            f"待人工判断 {links.get('doubtful', 0):,} 行，未认到 {links.get('unlinked', 0):,} 行",
            files,
        ),
        *ending,
    ]
