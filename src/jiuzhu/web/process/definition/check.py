"""流程走不走得通：步骤都到得了、都有尽头、分支与汇合配对、岗位认得、条件写得对。"""

from collections import Counter
from collections.abc import Iterable, Mapping

from .conditions import problems_of
from .model import WIDTHS, Node, Process
from .problems import near

Stack = tuple[str, ...]


class Checker:
    """查一个流程；问题逐条写明在哪个文件哪一步。"""

    def __init__(
        self, process: Process, where: str, problems: list[str], *, roles: Iterable[str], kinds: Iterable[str]
    ) -> None:
        self.process = process
        self.where = where
        self.problems = problems
        self.roles = list(roles)
        self.kinds = list(kinds)
        self.codes = [node.code for node in process.nodes]
        self.lanes = [lane.code for lane in process.lanes]

    def report(self, text: str, node: Node | None = None) -> None:
        """记一条问题。"""
        place = f"{self.where} nodes {node.code}" if node else self.where
        self.problems.append(f"{place}：{text}")

    def run(self) -> None:
        """全部检查。指向不存在的步骤时，后面的走法不再查。"""
        self._unique()
        for lane in self.process.lanes:
            self._known("泳道的单位类别", lane.organisation, self.kinds, None)
        sound = self._pointers()
        for node in self.process.nodes:
            self._node(node)
        for text in problems_of(self.process):
            self.report(text)
        if sound:
            self._walk()

    def _unique(self) -> None:
        named = [("步骤", self.codes), ("泳道", self.lanes)]
        named += [(f"步骤 {node.code} 的办理结果", [o.code for o in node.outcomes]) for node in self.process.nodes]
        for title, codes in named:
            for code, count in Counter(codes).items():
                if count > 1:
                    self.report(f"{title}“{code}”写了 {count} 次")

    def _known(self, what: str, value: str, known: Iterable[str], node: Node | None) -> bool:
        if value in known:
            return True
        self.report(f"{what}没有“{value}”{near(value, known)}", node)
        return False

    def _pointers(self) -> bool:
        sound = self._known("start 所指的步骤", self.process.start, self.codes, None)
        if self.process.limit_from:
            self._known("limit_from 所指的步骤", self.process.limit_from, self.codes, None)
        for node in self.process.nodes:
            for target in node.targets():
                sound &= self._known("下一步", target, self.codes, node)
            for other in node.apart_from:
                if self._known("apart_from 所指的步骤", other, self.codes, node):
                    self._apart(node, self.process.node(other))
        return sound

    def _apart(self, node: Node, other: Node) -> None:
        if node.kind != "task" or other.kind != "task":
            self.report(f"与“{other.code}”不得同一人：两步都应是人办的（task）", node)

    def _node(self, node: Node) -> None:
        if node.lane or node.kind != "end":
            self._known("泳道", node.lane, self.lanes, node)
        needs_person = node.kind in {"task", "multi"} or (node.kind == "wait" and node.outcomes)
        if needs_person:
            self._known("岗位", node.role, self.roles, node)
            if not node.where:
                self.report("缺少“where”：由哪里的单位办", node)
        for kind, role in node.roles:
            self._known("roles 里的单位类别", kind, self.kinds, node)
            self._known("roles 里的岗位", role, self.roles, node)
        required: Mapping[str, tuple[tuple[bool, str], ...]] = {
            "task": ((bool(node.outcomes), "outcomes（办理结果）"), (node.limit is not None, "limit（期限）")),
            "wait": (
                (bool(node.routes) == (node.limit is not None), "limit 与 next 要同时写（到时自动往下走）或都不写"),
                (bool(node.routes or node.outcomes), "next 或 outcomes"),
            ),
            "fork": ((len(node.branches) > 1, "至少两支 branches"),),
            "multi": ((bool(node.enter), "enter（各部门从哪一步办起）"), (node.limit is not None, "limit（期限）")),
            "join": ((bool(node.routes), "next"), (bool(node.of), "of（汇合哪一处分支）")),
            "end": (),
        }
        for good, what in required.get(node.kind, ()):
            if not good:
                self.report(f"缺少 {what}", node)
        if node.kind == "end" and any(node.targets()):
            self.report("结束之后不能再有下一步", node)
        self._place(node)

    def _place(self, node: Node) -> None:
        """县级单位不会在村里找到：泳道的单位类别与 where 要对得上。"""
        lane = next((lane for lane in self.process.lanes if lane.code == node.lane), None)
        widths = {"village_point": 12, "township_station": 9}
        if lane and node.where in WIDTHS and WIDTHS[node.where] != widths.get(lane.organisation, 6):
            self.report(f"泳道“{lane.title}”的单位不在“{node.where}”这一级", node)

    def _walk(self) -> None:
        stacks = self._stacks()
        for node in self.process.nodes:
            if node.code not in stacks:
                self.report("从开始走不到这一步", node)
        ending = self._reaches_end()
        for node in self.process.nodes:
            if node.code in stacks and node.code not in ending:
                self.report("从这一步走不到结束", node)
            if node.where == "chosen" and not any(
                self.process.node(code).kind == "multi" for code in stacks.get(node.code, ())
            ):
                self.report("where 写 chosen 的步骤须在分送部门（multi）之内", node)
        for node in self.process.nodes:
            if node.splits:
                joins = [other for other in self.process.nodes if other.kind == "join" and other.of == node.code]
                if len(joins) != 1:
                    self.report(f"应恰有一处汇合（of: {node.code}），现有 {len(joins)} 处", node)

    def _stacks(self) -> dict[str, Stack]:
        """每一步在哪些分支之内（由外到里）；同一步从不同的分支走到，就是配对错了。"""
        found: dict[str, Stack] = {self.process.start: ()}
        waiting = [self.process.start]
        while waiting:
            node = self.process.node(waiting.pop())
            inner = (*found[node.code], node.code) if node.splits else found[node.code]
            for target in dict.fromkeys(node.targets()):
                stack = self._enter(node, self.process.node(target), inner)
                if stack is None:
                    continue
                if target not in found:
                    found[target] = stack
                    waiting.append(target)
                elif found[target] != stack:
                    self.report(f"走到“{target}”时所在的分支与别处不同：不能中途出入分支", node)
        return found

    def _enter(self, node: Node, target: Node, stack: Stack) -> Stack | None:
        if target.kind == "join":
            if not stack or stack[-1] != target.of:
                self.report(f"不在“{target.of}”的分支里，不能走到它的汇合“{target.code}”", node)
                return None
            return stack[:-1]
        if target.kind == "end" and stack:
            self.report(f"还在“{stack[-1]}”的分支里，要先汇合才能结束", node)
            return None
        return stack

    def _reaches_end(self) -> set[str]:
        before: dict[str, list[str]] = {code: [] for code in self.codes}
        for node in self.process.nodes:
            for target in node.targets():
                before[target].append(node.code)
        found = {node.code for node in self.process.nodes if node.kind == "end"}
        waiting = list(found)
        while waiting:
            for code in before[waiting.pop()]:
                if code not in found:
                    found.add(code)
                    waiting.append(code)
        return found
