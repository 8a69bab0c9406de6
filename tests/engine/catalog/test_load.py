"""目录文件:内置的自洽,县里自己的能添能换,写错了说得清。"""

from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.catalog import CatalogError, FieldType, load_catalog
from jiuzhu.engine.catalog.headers import normalise_word

CATALOG = load_catalog()
SENSITIVE = {
    "name",
    "id_number",
    "head_id_number",
    "guardian_id_number",
    "certificate_number",
    "phone",
    "bank_account",
    "address",
    "location",
    "employer",
    "withholding_agent",
    "business_name",
    "credit_code",
    "plate_number",
    "unit_number",
    "household_number",
    "school",
}
OWN = """
key: funeral
department: 民政局
title: 殡葬信息
kind: data
frequency: 每月
fields:
  - {key: name, title: 逝者姓名, type: name, required: true, sensitive: true, common: person_name}
  - {key: id_number, title: 逝者身份证号, type: id_number, required: true, sensitive: true, common: person_id}
  - {key: cremated_date, title: 火化日期, type: date, required: true, headers: [火化时间]}
"""


def test_十八个来源() -> None:
    assert len(CATALOG) == 18
    assert list(CATALOG.sources) == sorted(CATALOG.sources)


def test_敏感字段与约定一致() -> None:
    for source in CATALOG:
        for field in source.fields:
            assert field.sensitive == (field.key in SENSITIVE), (source.key, field.key)


def test_每个来源都有姓名和证件号码() -> None:
    assert all(source.subject == ("name", "id_number") for source in CATALOG)


def test_同一来源里一个表头词只指一个字段() -> None:
    for source in CATALOG:
        seen: dict[str, str] = {}
        for field in source.fields:
            for word, _ in field.spellings():
                assert seen.setdefault(word, field.key) == field.key, (source.key, word)


def test_规范写法换成自己() -> None:
    for source in CATALOG:
        for field in source.fields:
            for canonical in field.canonical_codes:
                assert (field.codes or {})[normalise_word(canonical)] == canonical


def test_规范表的列型() -> None:
    schema = CATALOG["social_insurance"].schema
    assert list(schema)[:4] == ["file", "row", "name", "id_number"]
    assert schema["last_paid_month"] == pl.Date
    assert schema["contribution_base"] == pl.Float64
    assert CATALOG["education"].schema["aided"] == pl.Boolean
    assert CATALOG["tax_income"].schema["tax_year"] == pl.Int32


def test_县里添一个来源(tmp_path: Path) -> None:
    (tmp_path / "funeral.yaml").write_text(OWN, encoding="utf-8")
    catalog = load_catalog(tmp_path)
    assert len(catalog) == 19
    assert catalog["funeral"]["cremated_date"].type is FieldType.DATE


def test_县里换一个来源(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(OWN.replace("key: funeral", "key: dibao"), encoding="utf-8")
    assert load_catalog(tmp_path)["dibao"].title == "殡葬信息"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: data", "kind: other"),
        ("title: 殡葬信息\n", ""),
        ("type: date", "type: day"),
        ("common: person_id", "common: nobody"),
        ("required: true, headers", "requird: true, headers"),
        ("key: cremated_date", "key: name"),
        ("headers: [火化时间]", "codes: nowhere"),
        ("headers: [火化时间]", "codes: {一级: [甲], 二级: [甲]}"),
        ("fields:", "fields: ]"),
    ],
)
def test_写错了是一个说得清的错误(tmp_path: Path, old: str, new: str) -> None:
    assert old in OWN
    (tmp_path / "bad.yaml").write_text(OWN.replace(old, new), encoding="utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(tmp_path)
    assert caught.value.code == "catalog_error"
    assert "bad.yaml" in caught.value.message


def test_文件夹不存在() -> None:
    with pytest.raises(CatalogError):
        load_catalog("没有这个文件夹")
