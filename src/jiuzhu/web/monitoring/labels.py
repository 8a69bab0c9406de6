"""代码的中文名。来源的名称取自数据目录,类别取自术语表。"""

from functools import cache

from jiuzhu.engine.catalog import load_catalog

CLASSES = {
    "dibao": "低保",
    "tekun": "特困",
    "dibao_bianyuan": "低保边缘",
    "gangxing_zhichu": "刚性支出困难",
    "fangfanpin": "防返贫监测",
    "other_hardship": "其他困难",
}


@cache
def source_titles() -> dict[str, tuple[str, str]]:
    """来源代码 → (部门, 名称)。"""
    return {source.key: (source.department, source.title) for source in load_catalog().sources.values()}


@cache
def class_titles() -> dict[str, str]:
    """名单名称 → 类别简称:``低保对象名单`` → ``低保``。"""
    titles = source_titles()
    return {titles[code][1]: short for code, short in CLASSES.items() if code in titles}


def class_title(name: str) -> str:
    """类别的简称;给代码或名单名称都可以。"""
    return CLASSES.get(name) or class_titles().get(name, name)
