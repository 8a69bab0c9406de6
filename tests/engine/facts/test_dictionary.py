"""事实字典本身:够数、八类齐全、依赖存在、文档与程序一致。"""

from pathlib import Path

import pytest

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.facts import CATEGORIES, DICTIONARY, Dictionary
from jiuzhu.engine.facts.dictionary import Category
from jiuzhu.engine.facts.documentation import facts_markdown

DOCUMENT = Path(__file__).parents[3] / "docs" / "facts.md"


def test_不少于七十个_八类都有() -> None:
    assert len(DICTIONARY.facts) >= 70
    assert {fact.category for fact in DICTIONARY.facts.values()} == set(CATEGORIES)


@pytest.mark.parametrize("name", DICTIONARY.facts)
def test_每个事实的来源与依赖都存在(name: str) -> None:
    fact = DICTIONARY[name]
    assert fact.meaning
    assert set(fact.uses) <= set(DICTIONARY.facts)
    assert set(DICTIONARY.sources_of(name)) <= set(load_catalog().sources)


def test_同名声明两次是错误() -> None:
    category = Category("医疗", Dictionary())
    category.of_person("甲", meaning="…")(lambda t, c: t.x)
    with pytest.raises(ValueError, match="声明了两次"):
        category.of_person("甲", meaning="…")(lambda t, c: t.x)


def test_文档与程序一致() -> None:
    assert DOCUMENT.read_text("utf-8") == facts_markdown(), (
        "请运行 python -m jiuzhu.engine.facts.documentation > docs/facts.md"
    )
