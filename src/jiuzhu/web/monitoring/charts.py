"""图的数据。前端只画,不算;同样的数字也写成表,点“看数字”就能看到。"""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from .models import HouseholdWarning, Run

BANDS = tuple(HouseholdWarning.Band.values)
TITLES = dict(HouseholdWarning.Band.choices)
TOWNSHIPS = 16


def overview_charts(run: Run) -> dict[str, dict[str, Any]]:
    """总览页的三张图。每张:``kind title unit rows``,另有表头 ``head`` 与表体 ``body``。"""
    return {
        "scores": scores_chart(run),
        "townships": stacked_chart(run, "townships", "各乡镇预警户", "乡镇", "township"),
        "categories": stacked_chart(run, "categories", "各类别预警户", "类别", "category"),
    }


def warnings_url(run: Run, **filters: Any) -> str:
    """预警名单的网址,带上条件。"""
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    return f"{reverse('monitoring:warnings')}?{urlencode({'run': run.number, **given})}"


def band_of(low: float, high: float, bands: list[dict[str, Any]]) -> str:
    """一段得分属于哪一级:看段的中点;不在任何级别为空文本。"""
    middle = (low + high) / 2
    for item in bands:
        top = item.get("high")
        if item["low"] <= middle and (top is None or middle < top):
            return str(item["band"])
    return ""


def scores_chart(run: Run) -> dict[str, Any]:
    """得分分布:每段户数,按所在级别着色。"""
    scores = run.shown["scores"]
    rows = [
        {
            "name": f"{item['low']:g}–{item['high']:g}",
            "value": item["count"],
            "band": band_of(item["low"], item["high"], scores["bands"]),
            "url": warnings_url(run, low=item["low"], high=item["high"]),
        }
        for item in scores["bins"]
    ]
    if rows and scores.get("max", 0) > scores["bins"][-1]["high"]:
        rows[-1]["name"] = f"{scores['bins'][-1]['low']:g} 以上"
        rows[-1]["url"] = warnings_url(run, low=scores["bins"][-1]["low"])
    return {
        "kind": "histogram",
        "title": "得分分布",
        "unit": "户",
        "rows": rows,
        "zero": scores["zero"],
        "head": ["得分", "级别", "户数"],
        "body": [
            ["0 分", "未预警", scores["zero"]],
            *([r["name"], TITLES.get(r["band"], "未预警"), r["value"]] for r in rows),
        ],
    }


def stacked_chart(run: Run, key: str, title: str, label: str, parameter: str) -> dict[str, Any]:
    """按乡镇或类别分级堆叠的横条。"""
    found = run.shown[key]
    rows = [
        {
            "name": item.get("name") or item.get("category"),
            "total": item["warnings"],
            **{band: item[band] for band in BANDS},
            "url": warnings_url(run, **{parameter: item.get("code") or item.get("category")}),
        }
        for item in found
        if item["warnings"]
    ]
    return {
        "kind": "stacked",
        "title": title,
        "unit": "户",
        "rows": rows[:TOWNSHIPS],
        "more": max(0, len(rows) - TOWNSHIPS),
        "head": [label, *(TITLES[band] for band in BANDS), "合计"],
        "body": [[row["name"], *(row[band] for band in BANDS), row["total"]] for row in rows],
    }
