"""流程图：按定义与眼下的任务画成 SVG。颜色之外必有记号与文字，每一步都有可读的说明。"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from .definition import KINDS, Node, Process
from .layout import LANE_TITLE, MARGIN, NODE_HEIGHT, NODE_WIDTH, Box, Edge, Layout, Strip, laid_out
from .models import Instance, Task
from .places import role_title
from .workdays import BEIJING

LINE = 8  # 一行几个字
MARKS: Mapping[str, tuple[str, str]] = {
    "done": ("✓", "已办"),
    "now": ("●", "在办"),
    "late": ("！", "已逾期"),
    "paused": ("‖", "停计中"),
    "next": ("", "未到"),
    "plain": ("", ""),
}


@dataclass(frozen=True)
class State:
    """一步眼下的样子。"""

    code: str
    detail: str = ""

    @property
    def mark(self) -> str:
        return MARKS[self.code][0]

    @property
    def words(self) -> str:
        return "，".join(text for text in (MARKS[self.code][1], self.detail) if text)


PLAIN = State("plain")


def states_of(instance: Instance, tasks: Iterable[Task], now: datetime | None = None) -> dict[str, State]:
    """每一步的样子：同一步办过几次的看最近一次；有一支逾期就算逾期。"""
    moment = now or timezone.now()
    found: dict[str, State] = {}
    rank = {"done": 0, "next": 1, "paused": 2, "now": 3, "late": 4}
    newest: dict[str, list[Task]] = {}
    for task in tasks:
        newest.setdefault(task.node, []).append(task)
    for node, rows in newest.items():
        live = [row for row in rows if row.done_at is None] or rows[-1:]
        found[node] = max((_state(row, moment) for row in live), key=lambda state: rank[state.code])
    _passed(instance, found)
    return {node.code: found.get(node.code, State("next")) for node in instance.process.nodes}


def _state(task: Task, now: datetime) -> State:
    if task.is_cancelled:
        return State("next", "不再办理")
    if task.done_at is not None:
        return State("done", f"{_day(task.done_at)}{task.outcome_title}")
    if task.paused_at is not None:
        return State("paused", f"自{_day(task.paused_at)}")
    late = task.kind == Task.Kind.HUMAN and task.due_at is not None and task.due_at < now
    return State("late" if late else "now", f"{_day(task.due_at)}到期" if task.due_at else "")


def _passed(instance: Instance, found: dict[str, State]) -> None:
    """分支、汇合没有任务：它后面的步骤开始过，就是过了。"""
    for node in reversed(instance.process.nodes):
        if node.kind in {"fork", "join"} and any(
            target in found and found[target].code != "next" for target in node.targets()
        ):
            found.setdefault(node.code, State("done"))
    if instance.ended_at and instance.outcome in instance.process.by_code:
        found[instance.outcome] = State("done", _day(instance.ended_at))


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(BEIJING)
    return f"{local.month}月{local.day}日"


def drawn(process: Process, states: Mapping[str, State] | None = None) -> SafeString:
    """画成 SVG。不给 ``states`` 就画定义本身。"""
    layout = laid_out(process)
    known = states or {}
    passed = {code for code, state in known.items() if state.code not in {"next", "plain"}}
    return format_html(
        '<svg class="flow" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{label}">'
        "{head}{strips}{edges}{boxes}</svg>",
        w=layout.width,
        h=layout.height,
        label=_label(process, known),
        head=_HEAD,
        strips=format_html_join("", "{}", ((_strip(item, layout),) for item in layout.strips)),
        edges=format_html_join("", "{}", ((_edge(item, passed),) for item in layout.edges)),
        boxes=format_html_join("", "{}", ((_box(item, known.get(item.node.code, PLAIN)),) for item in layout.boxes)),
    )


_HEAD = mark_safe(
    '<defs><marker id="flow-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="flow-head" d="M0 0L8 4L0 8z"/></marker></defs>'
)


def _label(process: Process, states: Mapping[str, State]) -> str:
    going = [
        f"{process.node(code).title}{state.words}"
        for code, state in states.items()
        if state.code in {"now", "late", "paused"}
    ]
    return f"{process.title}流程图" + (f"：{'；'.join(going)}" if going else "")


def _strip(strip: Strip, layout: Layout) -> SafeString:
    middle = strip.y + strip.height // 2
    return format_html(
        '<g><rect class="flow-lane" x="{m}" y="{y}" width="{w}" height="{h}"/>'
        '<rect class="flow-lane-title" x="{m}" y="{y}" width="{t}" height="{h}"/>'
        '<text class="flow-lane-text" transform="translate({x} {c}) rotate(-90)">{title}</text></g>',
        m=MARGIN,
        y=strip.y,
        w=layout.width - 2 * MARGIN,
        h=strip.height,
        t=LANE_TITLE,
        x=MARGIN + LANE_TITLE // 2,
        c=middle,
        title=strip.title,
    )


def _edge(edge: Edge, passed: set[str]) -> SafeString:
    css = "flow-edge" + (" flow-back" if edge.back else "")
    css += " flow-passed" if {edge.source, edge.target} <= passed and not edge.back else ""
    return format_html(
        '<path class="{}" d="{}" marker-end="url(#flow-arrow)"><title>{}</title></path>', css, edge.path, edge.title
    )


def _box(box: Box, state: State) -> SafeString:
    node = box.node
    round_ = NODE_HEIGHT // 2 if node.kind in {"end", "wait"} else 6
    lines = _lines(node.title)
    top = box.y + NODE_HEIGHT // 2 - (len(lines) - 1) * 8
    texts = format_html_join(
        "",
        '<text class="flow-text" x="{}" y="{}">{}</text>',
        ((box.x + NODE_WIDTH // 2, top + place * 16, line) for place, line in enumerate(lines)),
    )
    mark = (
        format_html(
            '<circle class="flow-dot" cx="{0}" cy="{1}" r="9"/><text class="flow-mark" x="{0}" y="{1}">{2}</text>',
            box.x + NODE_WIDTH - 6,
            box.y + 4,
            state.mark,
        )
        if state.mark
        else ""
    )
    return format_html(
        '<g class="flow-node flow-{} flow-is-{}"><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}"/>{}{}</g>',
        node.kind,
        state.code,
        described(node, state),
        box.x,
        box.y,
        NODE_WIDTH,
        NODE_HEIGHT,
        round_,
        texts,
        mark,
    )


def described(node: Node, state: State = PLAIN) -> str:
    """一步的说明：名称、谁办、期限、眼下怎样。"""
    words = [node.title if node.kind != "join" else f"{node.title}（{KINDS['join']}）"]
    words += [role_title(node.role)] if node.role else []
    words += [f"期限{node.limit.title}"] if node.limit else []
    words += [state.words] if state.words else []
    return "，".join(words)


def _lines(title: str) -> list[str]:
    if len(title) <= LINE:
        return [title]
    half = min(LINE, -(-len(title) // 2))
    rest = title[half:]
    return [title[:half], rest if len(rest) <= LINE else rest[: LINE - 1] + "…"]
