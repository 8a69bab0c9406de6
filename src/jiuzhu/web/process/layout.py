"""流程图的排布：列是从开始起的最长路，行是泳道；退回的线不参与定列。"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from .definition import Node, Process

NODE_WIDTH, NODE_HEIGHT = 124, 50
COLUMN_GAP, ROW_GAP = 44, 18
LANE_PAD, LANE_TITLE, MARGIN = 24, 34, 8
CHANNEL = 6


@dataclass(frozen=True)
class Box:
    """一步画在哪里。"""

    node: Node
    x: int
    y: int

    @property
    def right(self) -> tuple[int, int]:
        return self.x + NODE_WIDTH, self.y + NODE_HEIGHT // 2

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + NODE_HEIGHT // 2


@dataclass(frozen=True)
class Strip:
    """一条泳道画在哪里。"""

    title: str
    y: int
    height: int


@dataclass(frozen=True)
class Edge:
    """一条线：从哪一步到哪一步，怎么走，什么情形。"""

    source: str
    target: str
    path: str
    title: str
    back: bool


@dataclass(frozen=True)
class Layout:
    """整张图。"""

    width: int
    height: int
    strips: tuple[Strip, ...]
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


@lru_cache(maxsize=64)
def laid_out(process: Process) -> Layout:
    """排好一个流程。"""
    return _Layouter(process).layout()


def arrows(process: Process) -> Iterator[tuple[str, str, str]]:
    """全部走向：从哪一步、到哪一步、什么情形。"""
    for node in process.nodes:
        for outcome in node.outcomes:
            for route in outcome.routes:
                yield node.code, route.to, f"{outcome.title}（{route.when}）" if route.when else outcome.title
        for route in node.routes:
            yield node.code, route.to, route.when or ("到时" if node.kind == "wait" else "")
        for branch in node.branches:
            yield node.code, branch, ""
        if node.enter:
            yield node.code, node.enter, "各部门"


class _Layouter:
    def __init__(self, process: Process) -> None:
        self.process = process
        self.targets: dict[str, list[str]] = defaultdict(list)
        for source, target, _ in arrows(process):
            if target not in self.targets[source]:
                self.targets[source].append(target)
        self.back = self._back_edges()
        self.columns = self._columns()
        self.lanes = self._lanes()

    def _back_edges(self) -> set[tuple[str, str]]:
        """走回头路的线：深度优先时指向还没走完的步骤。"""
        found: set[tuple[str, str]] = set()
        state: dict[str, int] = {}
        stack: list[tuple[str, Iterator[str]]] = [(self.process.start, iter(self.targets[self.process.start]))]
        state[self.process.start] = 1
        while stack:
            code, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                state[code] = 2
                stack.pop()
            elif state.get(target) == 1:
                found.add((code, target))
            elif target not in state:
                state[target] = 1
                stack.append((target, iter(self.targets[target])))
        return found

    def _columns(self) -> dict[str, int]:
        columns = {self.process.start: 0}
        for _ in self.process.nodes:
            for source, targets in self.targets.items():
                for target in targets:
                    if source in columns and (source, target) not in self.back:
                        columns[target] = max(columns.get(target, 0), columns[source] + 1)
        return columns

    def _lanes(self) -> dict[str, str]:
        """结束没有泳道的，放在走到它的那一步的泳道里。"""
        lanes = {node.code: node.lane for node in self.process.nodes if node.lane}
        for source, targets in self.targets.items():
            for target in targets:
                lanes.setdefault(target, lanes.get(source, self.process.lanes[0].code))
        return lanes

    def layout(self) -> Layout:
        cells: dict[tuple[str, int], list[Node]] = defaultdict(list)
        for node in self.process.nodes:
            cells[self.lanes[node.code], self.columns[node.code]].append(node)
        boxes: dict[str, Box] = {}
        strips: list[Strip] = []
        y = MARGIN
        for lane in self.process.lanes:
            stacks = {column: nodes for (code, column), nodes in cells.items() if code == lane.code}
            if not stacks:
                continue
            deepest = max(len(nodes) for nodes in stacks.values())
            height = 2 * LANE_PAD + deepest * NODE_HEIGHT + (deepest - 1) * ROW_GAP
            for column, nodes in stacks.items():
                used = len(nodes) * NODE_HEIGHT + (len(nodes) - 1) * ROW_GAP
                top = y + (height - used) // 2
                for place, node in enumerate(nodes):
                    x = MARGIN + LANE_TITLE + 20 + column * (NODE_WIDTH + COLUMN_GAP)
                    boxes[node.code] = Box(node, x, top + place * (NODE_HEIGHT + ROW_GAP))
            strips.append(Strip(lane.title, y, height))
            y += height
        width = max(box.x for box in boxes.values()) + NODE_WIDTH + 20 + MARGIN
        return Layout(width, y + MARGIN, tuple(strips), tuple(boxes.values()), tuple(self._edges(boxes)))

    def _edges(self, boxes: dict[str, Box]) -> Iterator[Edge]:
        titles: dict[tuple[str, str], list[str]] = defaultdict(list)
        for source, target, title in arrows(self.process):
            titles[source, target] += [title] if title else []
        used: dict[int, int] = defaultdict(int)
        for (source, target), words in {pair: titles[pair] for pair in titles}.items():
            start, end = boxes[source], boxes[target]
            back = (source, target) in self.back
            near = self.columns[target] == self.columns[source] + 1
            path = _near(start, end) if near and not back else _far(start, end, used, back=back)
            yield Edge(source, target, path, "、".join(words), back)


def _near(start: Box, end: Box) -> str:
    """邻列：横、竖、横。"""
    (x1, y1), (x2, y2) = start.right, end.left
    middle = (x1 + x2) // 2
    return f"M{x1} {y1}H{middle}V{y2}H{x2}" if y1 != y2 else f"M{x1} {y1}H{x2}"


def _far(start: Box, end: Box, used: dict[int, int], *, back: bool) -> str:
    """隔列或退回：从上（退回从下）绕开各步。同一行的几条线错开。"""
    (x1, y1), (x2, y2) = start.right, end.left
    edge = start.y + NODE_HEIGHT + 7 if back else start.y - 7
    offset = used[edge] % 3 * CHANNEL
    used[edge] += 1
    channel = edge + offset if back else edge - offset
    return f"M{x1} {y1}H{x1 + 10 + offset}V{channel}H{x2 - 14 - offset}V{y2}H{x2}"
