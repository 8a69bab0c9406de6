"""类别的中文名，取自类别字典。"""

from jiuzhu.engine.catalog import object_classes


def class_title(code: str) -> str:
    """类别的简称；字典里没有的写“其他类别”。"""
    known = object_classes().get(code)
    return known.title if known else "其他类别"


def class_choices() -> list[tuple[str, str]]:
    """下拉项：（代码，简称）。"""
    return [(item.code, item.title) for item in object_classes().values()]
