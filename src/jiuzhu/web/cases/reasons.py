"""一个项目为什么是这个结论：各条条件、代入的数、数从哪里来、法条。

一户有一二百条，用模板一条条排太慢，这里直接拼；写进去的都先转义。
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from jiuzhu.web.ground.templatetags.ground import cn_date, money

if TYPE_CHECKING:
    from jiuzhu.engine.entitled import ConditionTold, ProgrammeTold
    from jiuzhu.engine.explanation import FactValue

OUTCOMES = {"met": "成立", "unmet": "不成立", "unknown": "还不知道"}
SHOWN_ROWS = 3


def why_html(told: "ProgrammeTold") -> SafeString:
    """展开来看的那一段。"""
    parts = "".join(
        f'<p class="subline mb-1">{escape(part.name)} {escape(money(part.amount))}：{escape(part.sentence)}</p>'
        for part in told.parts
    )
    rows = "".join(_condition(row) for row in told.conditions)
    return mark_safe(f'{parts}<ul class="conditions">{rows}</ul>')


def _condition(row: "ConditionTold") -> str:
    words = OUTCOMES[row.outcome]
    if row.outcome == "unmet" and row.gap:
        words = f"{words}，{row.gap}"
    head = f'<strong>{escape(row.name)}</strong> <span class="subline">{escape(words)} · {escape(row.article)}</span>'
    sentence = f'<br><span class="rule-words">{escape(row.sentence)}</span>'
    return f'<li class="is-{row.outcome}">{head}{sentence}{"".join(_origins(row.facts))}</li>'


def _origins(facts: Iterable["FactValue"]) -> Iterable[str]:
    """数从哪里来：文件、第几行、日期。"""
    for fact in facts:
        if fact.rows:
            told = "、".join(
                f"{row.source_title}{f' {cn_date(row.as_of)}' if row.as_of else ''}（{row.file} 第 {row.row} 行）"
                for row in fact.rows[:SHOWN_ROWS]
            )
            yield f'<br><span class="subline">{escape(fact.name)}：{escape(told)}</span>'
