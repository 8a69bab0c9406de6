"""接收代码的说明页(docs/errors.md 的一节)由此生成;测试守着两者相等。"""

from .errors import ISSUES, Level

HEAD = """# 错误与隔离代码

## 接收

本节由 `jiuzhu.engine.intake.describe.errors_section` 生成,请改 `src/jiuzhu/engine/intake/errors.py`,不要改本节。

代码稳定,供程序判断;原因给人看,说是什么、怎么办,不含敏感字段的原值。整个文件的问题行号为 0;
「整行隔离」的列为空,计入 rows_quarantined;「值不可用」带列名(文件里的表头),该值置空,行仍被接受
(`number_stored` 留下可信的前 15 位供认人,`nul_removed` 留下去掉空字节的值);
「不算数据的行」在 ignored 表里,占行号。每个文件:rows_read = rows_accepted + rows_quarantined + rows_ignored。
"""


def errors_section() -> str:
    """接收代码的 Markdown,按级别分表。"""
    lines = [HEAD]
    for level in Level:
        lines += [f"### {level.label}", "", "| 代码 | 原因 | 怎么办 |", "|---|---|---|"]
        lines += [
            f"| `{item.code}` | {item.reason} | {item.remedy} |" for item in ISSUES.values() if item.level is level
        ]
        lines.append("")
    return "\n".join(lines)
