"""读目录:内置的来源文件,加上(或替换为)县里自己的来源文件。"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jiuzhu.yamltext import YamlError, yaml_of

from .headers import normalise_word
from .model import Catalog, CatalogError, Field, FieldType, Source

HERE = Path(__file__).parent
KINDS = ("population", "data")
FIELD_KEYS = {
    "key", "title", "type", "headers", "common", "unit", "required", "sensitive", "closed", "scaled", "codes",
    "substitute",
}  # fmt: skip
SOURCE_KEYS = {"key", "department", "title", "kind", "frequency", "hints", "fields"}


def load_catalog(folder: Path | str | None = None) -> Catalog:
    """读出数据目录。

    ``folder`` 里的 ``*.yaml`` 与内置来源同 key 的替换内置的,不同的添上;不给则只用内置的。
    错误:文件不是合格的来源定义时 :class:`CatalogError`。
    """
    shipped = _shipped()
    if folder is None:
        return shipped
    own = Path(folder)
    if not own.is_dir():
        raise CatalogError(f"数据目录文件夹「{own}」不存在;请检查路径。")
    return _catalog(dict(shipped.sources), sorted(own.glob("*.yaml")))


@cache
def _shipped() -> Catalog:
    """内置的来源随程序发布,不会变,一个进程只读一次。"""
    return _catalog({}, sorted((HERE / "sources").glob("*.yaml")))


def _catalog(sources: dict[str, Source], files: Iterable[Path]) -> Catalog:
    words = _read_yaml(HERE / "words.yaml")
    codes = {name: _invert(table, name) for name, table in _read_yaml(HERE / "codes.yaml").items()}
    for file in files:
        source = _source(_read_yaml(file), file.name, words, codes)
        sources[source.key] = source
    return Catalog(dict(sorted(sources.items())))


def _read_yaml(file: Path) -> dict[str, Any]:
    try:
        data = yaml_of(file.read_text(encoding="utf-8"))
    except YamlError as error:
        raise CatalogError(f"来源文件「{file.name}」不是合格的 YAML:{error}") from error
    if not isinstance(data, dict):
        raise CatalogError(f"来源文件「{file.name}」最外层应当是「键: 值」。")
    return data


def _source(
    data: Mapping[str, Any], file: str, words: Mapping[str, list[str]], codes: Mapping[str, Mapping[str, str]]
) -> Source:
    _only_known(data, SOURCE_KEYS, file)
    for key in ("key", "department", "title", "kind", "frequency", "fields"):
        if not data.get(key):
            raise CatalogError(f"来源文件「{file}」缺少「{key}」。")
    if data["kind"] not in KINDS:
        raise CatalogError(f"来源文件「{file}」的 kind 应为 {'、'.join(KINDS)} 之一。")
    fields = tuple(_field(item, file, words, codes) for item in data["fields"])
    keys = [field.key for field in fields]
    if len(set(keys)) < len(keys):
        raise CatalogError(f"来源文件「{file}」有重复的字段 key。")
    for field in fields:
        if field.substitute is not None and field.substitute not in keys:
            raise CatalogError(
                f"来源文件「{file}」字段 {field.key} 的 substitute「{field.substitute}」不是本来源的字段。"
            )
    return Source(
        key=data["key"],
        department=data["department"],
        title=data["title"],
        kind=data["kind"],
        frequency=data["frequency"],
        fields=fields,
        hints=tuple(data.get("hints", ())),
    )


def _field(
    data: Mapping[str, Any], file: str, words: Mapping[str, list[str]], codes: Mapping[str, Mapping[str, str]]
) -> Field:
    _only_known(data, FIELD_KEYS, file)
    try:
        key, title, kind = data["key"], data["title"], FieldType(data["type"])
    except (KeyError, ValueError) as error:
        raise CatalogError(f"来源文件「{file}」的字段 {data.get('key')} 缺少 key、title 或类型不认识。") from error
    group = data.get("common")
    if group is not None and group not in words:
        raise CatalogError(f"来源文件「{file}」字段 {key} 引用的表头词组「{group}」不存在。")
    headers = [title, key, *data.get("headers", ()), *(words[group] if group else ())]
    return Field(
        key=key,
        title=title,
        type=kind,
        headers=tuple(dict.fromkeys(str(word) for word in headers)),
        unit=data.get("unit"),
        required=bool(data.get("required", False)),
        sensitive=bool(data.get("sensitive", False)),
        closed=bool(data.get("closed", False)),
        scaled={str(word): float(factor) for word, factor in data.get("scaled", {}).items()} or None,
        codes=_codes(data.get("codes"), codes, f"{file} 字段 {key}"),
        substitute=data.get("substitute"),
    )


def _codes(value: object, shared: Mapping[str, Mapping[str, str]], where: str) -> Mapping[str, str] | None:
    if value is None:
        return None
    if isinstance(value, str):
        if value not in shared:
            raise CatalogError(f"{where} 引用的代码表「{value}」不存在。")
        return shared[value]
    if not isinstance(value, dict):
        raise CatalogError(f"{where} 的 codes 应为代码表名或「规范写法: [别的写法]」。")
    return _invert(value, where)


def _invert(table: Mapping[str, Iterable[object]], where: str) -> dict[str, str]:
    """「规范写法: [别的写法]」→「写法(归一后) → 规范写法」;同一写法指向两处即为错误。"""
    out: dict[str, str] = {}
    for canonical, variants in table.items():
        for variant in (canonical, *(variants or ())):
            word = normalise_word(str(variant))
            if out.setdefault(word, str(canonical)) != str(canonical):
                raise CatalogError(f"{where} 的代码写法「{variant}」同时指向「{out[word]}」和「{canonical}」。")
    return out


def _only_known(data: Mapping[str, Any], known: set[str], file: str) -> None:
    if unknown := set(data) - known:
        raise CatalogError(f"来源文件「{file}」有不认识的键:{'、'.join(sorted(unknown))}。")
