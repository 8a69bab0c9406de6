"""数据发现:去世仍领、重复领取、多头救助、超标;每条的依据说得清。"""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.assessment.findings import find
from jiuzhu.engine.explain import finding_text

BOOK = load_rulebook()
LIMITS = {"household_id": pl.String, "finding": pl.String, "code": pl.String, "facts": pl.String}


def people(*rows: tuple[str, str, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {"person_id": name, "household_id": household, "alive": alive, "status_date": None if alive else date(2026, 3, 5)}
            for name, household, alive in rows
        ],
        schema={"person_id": pl.String, "household_id": pl.String, "alive": pl.Boolean, "status_date": pl.Date},
    )  # fmt: skip


def rows(source: str, *names: str | None, **columns: str) -> pl.DataFrame:
    count = range(1, len(names) + 1)
    base = {"person_id": list(names), "file": [f"{source}.csv"] * len(names), "row": list(count)}
    return pl.DataFrame({**base, **{key: [value] * len(names) for key, value in columns.items()}})


def found(
    register: pl.DataFrame, tables: dict[str, pl.DataFrame], limits: list[dict[str, Any]] | None = None
) -> list[tuple[str, str | None, dict[str, Any]]]:
    serial = register.select("person_id", person=pl.int_range(pl.len()))
    tables = {source: table.join(serial, on="person_id", how="left") for source, table in tables.items()}
    result = find(BOOK, register, tables, pl.DataFrame(limits or [], schema=LIMITS))
    return [(row["finding"], row["person_id"], json.loads(row["detail"])) for row in result.to_dicts()]


def test_去世的人在几处领取_逐处列出() -> None:
    register = people(("P张", "H1", False), ("P李", "H1", True))
    tables = {
        "dibao": rows("dibao", "P张", "P李"),
        "social_insurance": rows("si", "P张", insured_status="领取待遇"),
        "tekun": rows("tekun", "P李"),
    }
    result = [item for item in found(register, tables) if item[0] == "deceased_receiving"]
    assert result == [("deceased_receiving", "P张", {"died": "2026-03-05", "sources": ["dibao", "social_insurance"]})]
    assert (
        finding_text(BOOK, "deceased_receiving", result[0][2]) == "2026年3月5日死亡注销，仍在：低保对象名单、社会保险"
    )


def test_去世而不在领取_不算() -> None:
    tables = {"social_insurance": rows("si", "P张", insured_status="失业")}
    assert found(people(("P张", "H1", False)), tables) == []


def test_同一名单两条是重复领取_给出文件与行() -> None:
    tables = {"dibao": rows("dibao", "P张", "P李", "P张", None, None)}
    register = people(("P张", "H1", True), ("P李", "H1", True))
    assert found(register, tables) == [
        ("paid_twice", "P张", {"source": "dibao", "files": ["dibao.csv", "dibao.csv"], "rows": [1, 3]})
    ]


def test_两份互斥名单是多头救助_防返贫不算() -> None:
    register = people(("P张", "H1", True), ("P李", "H1", True))
    tables = {
        "dibao": rows("dibao", "P张", "P李"),
        "dibao_bianyuan": rows("bianyuan", "P张"),
        "fangfanpin": rows("fangfanpin", "P李"),
    }
    assert found(register, tables) == [("several_lists", "P张", {"sources": ["dibao", "dibao_bianyuan"]})]


def test_同一户同一种超标合为一条() -> None:
    limits = [
        {"household_id": "H1", "finding": "property_over_limit", "code": code, "facts": json.dumps(facts)}
        for code, facts in (
            ("CB-01", {"户有低保": True, "户有低保边缘": False, "家庭汽车数": 1.0}),
            ("CB-02", {"户有低保": True, "不动产处数": 2.0, "低保不动产上限": 1.0}),
        )
    ]
    ((finding, person, detail),) = found(people(("P张", "H1", True)), {}, limits)
    assert (finding, person) == ("property_over_limit", None)
    assert [rule["code"] for rule in detail["rules"]] == ["CB-01", "CB-02"]
    text = finding_text(BOOK, finding, detail)
    assert "在保而有汽车" in text
    assert "不动产处数 2 处，高于低保不动产上限 1 处" in text


@pytest.mark.parametrize("tables", [{}, {"vehicle": rows("vehicle", "P张")}])
def test_什么名单也没有_没有发现(tables: dict[str, pl.DataFrame]) -> None:
    assert found(people(("P张", "H1", False)), tables) == []
