"""代码的中文名。来源的名称取自数据目录,类别取自类别字典。"""

from functools import cache

from jiuzhu.engine.catalog import load_catalog, object_classes

CATEGORIES = (
    "人口基础",
    "财产收入",
    "医疗",
    "教育",
    "就业",
    "住房",
    "低边",
    "刚性支出",
)  # 同 engine.facts.CATEGORIES，有测试守着


@cache
def source_titles() -> dict[str, tuple[str, str]]:
    """来源代码 → (部门, 名称)。"""
    return {source.key: (source.department, source.title) for source in load_catalog().sources.values()}


@cache
def class_titles() -> dict[str, str]:
    """名单名称 → 类别简称:``低保对象名单`` → ``低保``。"""
    titles = source_titles()
    return {titles[code][1]: item.title for code, item in object_classes().items() if code in titles}


def class_title(name: str) -> str:
    """类别的简称;给代码或名单名称都可以。"""
    known = object_classes().get(name)
    return known.title if known else class_titles().get(name, name)
