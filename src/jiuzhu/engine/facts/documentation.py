"""事实字典写成一页文档:``python -m jiuzhu.engine.facts.documentation > docs/facts.md``。"""

from collections.abc import Iterator

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.facts import CATEGORIES, DICTIONARY, Fact

KINDS = {"number": "数", "bool": "是否", "text": "文字", "date": "日期"}


def facts_markdown() -> str:
    """全部事实,按八类、人与户列表。"""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 事实字典"
    yield ""
    yield "规则里能用的事实，每个只声明一次。**未知不等于零**:来源没有送来，事实就是未知，规则不因它得分。"
    yield "本页由 `python -m jiuzhu.engine.facts.documentation` 生成，测试保证它与程序一致。"
    for category in CATEGORIES:
        facts = [fact for fact in DICTIONARY.facts.values() if fact.category == category]
        for level, title in (("household", "户"), ("person", "人")):
            chosen = [fact for fact in facts if fact.level == level]
            if chosen:
                yield f"\n## {category}({title})\n"
                yield "| 事实 | 类型 | 单位 | 期间 | 含义 | 来源 |"
                yield "|---|---|---|---|---|---|"
                yield from map(_row, chosen)


def _row(fact: Fact) -> str:
    titles = {key: source.title for key, source in load_catalog().sources.items()}
    sources = "、".join(titles[key] for key in DICTIONARY.sources_of(fact.name))
    return f"| {fact.name} | {KINDS[fact.kind]} | {fact.unit} | {fact.window} | {fact.meaning} | {sources} |"


if __name__ == "__main__":
    print(facts_markdown(), end="")
