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
    return {source.key: (source.department, source.title) for source in load_catalog()}
