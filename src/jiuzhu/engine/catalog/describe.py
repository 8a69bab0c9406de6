"""数据目录的说明页(docs/sources.md)由此生成;测试守着两者相等。"""

from .model import Catalog, Field, Source

KINDS = {"population": "对象名单", "data": "核对数据"}
HEAD = """# 数据目录

本页由 `jiuzhu.engine.catalog.describe.sources_page` 生成;
请改 `src/jiuzhu/engine/catalog/sources/` 里的文件,不要改本页。

每个来源一个 YAML 文件。文件按表头认出,不看文件名;表头写法列在来源文件的 `headers` 与 `words.yaml` 的词组里,
空格、括号、全角半角不必穷举。认不出或分不清的文件写进隔离表并给出最接近的来源,其余照常。
县里自己的来源放在另一个文件夹,
`load_catalog(文件夹)` 添上或替换同 key 的。
金额一律换算成元:表头或说明行写「万元」的乘 10000,单元格自带单位的以自带的为准;
口径不同的表头(如按年、按月)按目录的 `scaled` 换算。
村居可写代码(`village_code`)也可写地名(`village`,如「麦岭镇上湾村」「上湾村」;`township` 为单列的乡镇):
表头与内容不符时按内容,同一列里夹着的地名归到 `village`。
"""


def sources_page(catalog: Catalog) -> str:
    """数据目录的 Markdown:先总表,后逐个来源的字段。"""
    lines = [HEAD, "| key | 部门 | 名称 | 种类 | 多久一次 | 字段数 |", "|---|---|---|---|---|---|"]
    lines += [
        f"| [{source.key}](#{source.key}) | {source.department} | {source.title} | {KINDS[source.kind]} "
        f"| {source.frequency} | {len(source.fields)} |"
        for source in catalog
    ]
    for source in catalog:
        lines += _source(source)
    return "\n".join(lines) + "\n"


def _source(source: Source) -> list[str]:
    lines = ["", f"## {source.key}", "", f"{source.department} · {source.title}", ""]
    lines += [
        "| 字段 key | 名称 | 类型 | 单位 | 必需 | 敏感 | 见过的表头 | 代码 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return lines + [_field(field) for field in source.fields]


def _field(field: Field) -> str:
    words = "、".join(word for word in field.headers if word not in (field.key, field.title))
    if field.scaled:
        words += "".join(f";{word}(×{factor:.4g})" for word, factor in field.scaled.items())
    codes = "、".join(field.canonical_codes) + ("(表外不收)" if field.closed else "")
    cells = [field.key, field.title, field.type.label, field.unit or "", _required(field), _mark(field.sensitive)]
    return "| " + " | ".join([*cells, words, codes]) + " |"


def _required(field: Field) -> str:
    return f"是(或 {field.substitute})" if field.substitute else _mark(field.required)


def _mark(value: bool) -> str:
    return "是" if value else ""
