"""规则手册里的流程用例：办事人员读得懂的一张表，逐步走给数据库看。"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest
import yaml
from django.db.models import QuerySet

from jiuzhu.web.access.models import Post
from jiuzhu.web.process import services
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.definition import Limit, shipped_folder
from jiuzhu.web.process.models import Instance, Task
from jiuzhu.web.process.services import Branch
from jiuzhu.web.process.workdays import BEIJING, beijing_day

from .conftest import OWN, Worker, at, open_nodes, walled

CASES = [
    (content["process"], case)
    for folder in (shipped_folder(), OWN)
    for path in sorted((folder / "cases").glob("*.yaml"))
    for content in [yaml.safe_load(path.read_text("utf-8"))]
    for case in content["cases"]
]
DEPARTMENTS = ("青禾.部门经办", "青禾.社会组织")


def moment(value: datetime | str) -> datetime:
    """YAML 把带秒的读成时刻，不带秒的读成文字。"""
    return value.replace(tzinfo=BEIJING) if isinstance(value, datetime) else at(value)


def holders(task: Task) -> QuerySet[Post]:
    """坐在这项任务的岗位上的人。"""
    return Post.objects.filter(role=task.role, organisation=task.organisation).select_related("user", "organisation")


class Runner:
    """照着用例走。每一步由坐在那个岗位上的人，以正式运行的身份去做。"""

    def __init__(self, instance: Instance, people: Callable[[str], Worker]) -> None:
        self.instance = instance
        self.people = people

    def step(self, step: Mapping[str, Any]) -> None:
        when = moment(step["at"])
        if step.get("timers"):
            services.timers_fire(now=when)
        else:
            self.by_hand(step, when)
        if "expect" in step:
            self.expect(step["expect"], str(step["at"]))
        if "end" in step:
            self.instance.refresh_from_db()
            assert (self.instance.outcome, open_nodes(self.instance)) == (step["end"], {})

    def by_hand(self, step: Mapping[str, Any], when: datetime) -> None:
        task = open_nodes(self.instance)[step.get("task") or step.get("pause") or step["resume"]]
        post = holders(task).get()
        worker = Worker(post.user, post)
        with walled(worker.scope):
            if "pause" in step:
                services.task_pause(task_id=task.pk, rule=step["rule"], now=when, **worker.who)
            elif "resume" in step:
                services.task_resume(task_id=task.pk, now=when, **worker.who)
            else:
                services.task_complete(
                    task_id=task.pk,
                    outcome=step["outcome"],
                    note=step.get("note", ""),
                    companions=self.companions(post, step.get("together", 0)),
                    branches=departments(step.get("departments", []), self.people),
                    now=when,
                    **worker.who,
                )

    def companions(self, post: Post, count: int) -> tuple[int, ...]:
        """同单位的窗口人员一起去。"""
        rows = Post.objects.filter(organisation=post.organisation, role="town_window")
        return tuple(rows.exclude(user=post.user).values_list("user_id", flat=True)[:count])

    def expect(self, expected: Mapping[str, date], where: str) -> None:
        found = {node: task.due_at and beijing_day(task.due_at) for node, task in open_nodes(self.instance).items()}
        assert found == expected, where


def departments(wanted: list[dict[str, str]], people: Callable[[str], Worker]) -> tuple[Branch, ...]:
    """依次送给几个部门。"""
    return tuple(
        Branch(
            people(DEPARTMENTS[0]).post.organisation_id,
            Limit.parse(item["limit"]) if "limit" in item else None,
            item["label"],
        )
        for item in wanted
    )


@pytest.mark.parametrize(("code", "case"), CASES, ids=[f"{code} {case['name']}" for code, case in CASES])
def test_流程用例(
    apply: Callable[..., Instance], people: Callable[[str], Worker], code: str, case: Mapping[str, Any]
) -> None:
    instance = apply(code, opened=case["opened"], branches=departments(case.get("departments", []), people))
    runner = Runner(instance, people)
    if "expect" in case:
        runner.expect(case["expect"], "发起时")
    for step in case["steps"]:
        runner.step(step)
    if "due" in case:
        instance.refresh_from_db()
        assert instance.due_at is not None
        assert beijing_day(instance.due_at) == case["due"]
    instance.refresh_from_db()
    assert list(chain_problems(instance)) == []
