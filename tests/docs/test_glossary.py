"""术语表是封闭的：一个名字一个意思，代码里用到的都在表里，表里说不用的都没用。"""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from jiuzhu.engine.assessment import load_rulebook
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.facts.dictionary import CATEGORIES

ROOT = Path(__file__).parents[2]
TERMS = tomllib.loads((ROOT / "docs" / "glossary" / "terms.toml").read_text(encoding="utf-8"))["term"]
KINDS = {"scheme", "aid", "concept", "step", "paper", "band", "finding", "category", "source", "field"}
CLASSES = {"dibao", "tekun", "dibao_bianyuan", "gangxing_zhichu", "fangfanpin", "other_hardship"}


def keys(kind: str) -> set[str]:
    return {term["key"] for term in TERMS if term["kind"] == kind}


def test_各项齐全_名字合规() -> None:
    for term in TERMS:
        assert set(term) <= {"key", "name", "kind", "basis", "avoid"}, term
        assert term["kind"] in KINDS, term
        assert re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", term["key"]), term
        assert re.search(r"[\u4e00-\u9fff]", term["name"]), term


def test_同类里一个名字只用一次_一个用语只有一个名字() -> None:
    for field in ("key", "name"):
        counts = Counter((term["kind"], term[field]) for term in TERMS)
        assert [found for found, count in counts.items() if count > 1] == []


def test_法定制度不论归在哪类都只有一个名字() -> None:
    statutory = [term for term in TERMS if term["kind"] in {"scheme", "aid", "concept", "step", "paper"}]
    assert len({term["key"] for term in statutory}) == len(statutory)
    assert len({term["name"] for term in statutory}) == len(statutory)


def test_数据来源与字段都在表里_没有多余的() -> None:
    sources = load_catalog().sources
    listed = list(sources.values()) if isinstance(sources, dict) else list(sources)
    assert keys("source") == {source.key for source in listed}
    fields = [list(source.fields.values()) if isinstance(source.fields, dict) else source.fields for source in listed]
    assert keys("field") == {field.key for group in fields for field in group}


def test_对象类别_预警等级_数据发现_事实类别都在表里() -> None:
    book = load_rulebook("default")
    assert keys("scheme") >= CLASSES
    assert keys("band") == {band.band for band in book.bands}
    assert keys("finding") == set(book.findings.titles)
    assert {term["name"] for term in TERMS if term["kind"] == "category"} == set(CATEGORIES)


AVOIDED = [(wrong, term["key"]) for term in TERMS for wrong in term.get("avoid", [])]


def words_in_code() -> set[str]:
    """源码里所有标识符与字符串里的英文词（含下划线），小写。"""
    found: set[str] = set()
    for path in (ROOT / "src").rglob("*"):
        if path.suffix in {".py", ".yaml", ".html", ".js", ".toml"} and "node_modules" not in path.parts:
            found.update(re.findall(r"[a-z][a-z0-9_]+", path.read_text(encoding="utf-8").lower()))
    return found


@pytest.fixture(scope="module")
def code() -> set[str]:
    return words_in_code()


@pytest.mark.parametrize(("wrong", "right"), AVOIDED)
def test_不另拼(code: set[str], wrong: str, right: str) -> None:
    pattern = re.compile(rf"(^|_){wrong}(_|$)")
    assert [word for word in code if pattern.search(word)] == [], f"请用 {right}"
