"""docs/sources.md 与目录一致:改了目录,用 sources_page 重写该页。"""

from pathlib import Path

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.catalog.describe import sources_page

DOCS = Path(__file__).parents[3] / "docs"


def test_说明页与目录一致() -> None:
    assert (DOCS / "sources.md").read_text(encoding="utf-8") == sources_page(load_catalog())


def test_约定里的字段都在() -> None:
    contract = (DOCS / "engine.md").read_text(encoding="utf-8")
    for source in load_catalog():
        row = next(line for line in contract.splitlines() if line.startswith(f"| {source.key} |"))
        assert row.split("|")[3].split() == [field.key for field in source.fields]
