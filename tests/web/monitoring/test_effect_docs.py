"""成效的口径写在文档里，与页面、导出的是同一句话。"""

from jiuzhu.config.environment import PACKAGE_DIR
from jiuzhu.web.monitoring.effect import DEFINITIONS


def test_每个数的口径都在文档里() -> None:
    text = (PACKAGE_DIR.parents[1] / "docs" / "effect.md").read_text(encoding="utf-8")
    missing = [
        item.title for item in DEFINITIONS.values() if f"| {item.title} | {item.unit} | {item.meaning} |" not in text
    ]
    assert not missing
