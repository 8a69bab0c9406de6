"""一件事怎么走：谁能办、往哪走、不得同一人、分送与汇合、停计、撤回。"""

from collections.abc import Callable

import pytest

from jiuzhu.web.access.scope import Scope as AccessScope
from jiuzhu.web.audit.models import Entry
from jiuzhu.web.ground.errors import Conflict, NotAllowed, ServiceError
from jiuzhu.web.process import services
from jiuzhu.web.process.chain import chain_problems
from jiuzhu.web.process.models import Event, Instance, Task
from jiuzhu.web.process.services import Branch

from .conftest import Worker, all_tasks, at, open_nodes, walled

People = Callable[[str], Worker]
Apply = Callable[..., Instance]


def complete(worker: Worker, task: Task, outcome: str, when: str, **rest: object) -> Task:
    with walled(worker.scope):
        return services.task_complete(task_id=task.pk, outcome=outcome, now=at(when), **worker.who, **rest)  # type: ignore[arg-type]


def to_review(apply: Apply, people: People) -> Instance:
    """受理、调查、核对都办完，到审核。"""
    instance = apply()
    complete(people("青禾.镇窗口"), open_nodes(instance)["accept"], "accepted", "2026-09-07 15:00")
    window = people("青禾.镇窗口").user.pk
    complete(
        people("青禾.镇调查"), open_nodes(instance)["survey"], "surveyed", "2026-09-09 15:00", companions=(window,)
    )
    complete(people("青禾.核对中心"), open_nodes(instance)["check"], "checked", "2026-09-09 16:00")
    return instance


def test_受理之后分头办理_都办完才汇合(apply: Apply, people: People) -> None:
    instance = to_review(apply, people)
    assert open_nodes(instance).keys() == {"review"}
    instance.refresh_from_db()
    # 九月八日起 30 个工作日：九月 17 个（20 日调休上班，25 日中秋），十月八日起 13 个（10 日调休上班）
    assert instance.due_at == at("2026-10-23 23:59:59")
    assert list(chain_problems(instance)) == []


def test_不是这个岗位办不了(apply: Apply, people: People) -> None:
    task = open_nodes(apply())["accept"]
    with pytest.raises(NotAllowed) as caught:
        complete(people("青禾.镇调查"), task, "accepted", "2026-09-07 15:00")
    assert caught.value.code == "task_not_mine"


@pytest.mark.parametrize("name", ["青禾二.镇窗口", "禾丰.镇窗口", "青禾.系统管理员"])
def test_看不到的任务等于没有(apply: Apply, people: People, name: str) -> None:
    task = open_nodes(apply())["accept"]
    with pytest.raises(Task.DoesNotExist):
        complete(people(name), task, "accepted", "2026-09-07 15:00")
    with walled(people(name).scope):
        assert Task._base_manager.count() == 0
        assert Instance._base_manager.count() == 0
        assert Event._base_manager.count() == 0


def test_入户调查要两人(apply: Apply, people: People) -> None:
    instance = apply()
    complete(people("青禾.镇窗口"), open_nodes(instance)["accept"], "accepted", "2026-09-07 15:00")
    surveyor, task = people("青禾.镇调查"), open_nodes(instance)["survey"]
    for companions, code in [
        ((), "too_few_people"),
        ((surveyor.user.pk,), "too_few_people"),
        ((people("青禾二.镇调查").user.pk,), "not_colleague"),
    ]:
        with pytest.raises(ServiceError) as caught:
            complete(surveyor, task, "surveyed", "2026-09-09 15:00", companions=companions)
        assert caught.value.code == code
    assert open_nodes(instance).keys() == {"survey", "check"}


def test_调查与审核不得同一人(apply: Apply, people: People) -> None:
    instance = apply()
    complete(people("青禾.镇窗口"), open_nodes(instance)["accept"], "accepted", "2026-09-07 15:00")
    reviewer = people("青禾.镇审核负责人")
    complete(
        people("青禾.镇调查"),
        open_nodes(instance)["survey"],
        "surveyed",
        "2026-09-09 15:00",
        companions=(reviewer.user.pk,),
    )
    complete(people("青禾.核对中心"), open_nodes(instance)["check"], "checked", "2026-09-09 16:00")
    with pytest.raises(NotAllowed) as caught:
        complete(reviewer, open_nodes(instance)["review"], "agree", "2026-09-10 10:00")
    assert caught.value.code == "same_person"


def test_公示满七日自动往下走_期间有异议就评议(apply: Apply, people: People) -> None:
    instance = to_review(apply, people)
    reviewer = people("青禾.镇审核负责人")
    complete(reviewer, open_nodes(instance)["review"], "agree", "2026-09-10 10:00")
    waiting = open_nodes(instance)["publicity"]
    assert (waiting.kind, waiting.fire_at) == ("timer", at("2026-09-18 00:00"))
    services.timers_fire(now=at("2026-09-17 23:59:59"))
    assert open_nodes(instance).keys() == {"publicity"}
    complete(reviewer, waiting, "objection", "2026-09-15 10:00", note="邻居反映有车")
    assert open_nodes(instance).keys() == {"appraisal"}


def test_办结要写情况的不能空着(apply: Apply, people: People) -> None:
    task = open_nodes(apply())["accept"]
    for outcome, code in [("not_accepted", "note_missing"), ("谁知道", "unknown_outcome")]:
        with pytest.raises(ServiceError) as caught:
            complete(people("青禾.镇窗口"), task, outcome, "2026-09-07 15:00", note=" ")
        assert caught.value.code == code


def test_办结两次只算一次(apply: Apply, people: People) -> None:
    task = open_nodes(apply())["accept"]
    complete(people("青禾.镇窗口"), task, "accepted", "2026-09-07 15:00")
    with pytest.raises(Conflict) as caught:
        complete(people("青禾.镇窗口"), task, "accepted", "2026-09-07 15:01")
    assert caught.value.code == "task_closed"


def test_停计几个工作日_到期顺延几个(apply: Apply, people: People) -> None:
    instance = apply(opened="2026-09-11 10:00")  # 星期五
    window, task = people("青禾.镇窗口"), open_nodes(instance)["accept"]
    assert task.due_at == at("2026-09-14 23:59:59")
    with walled(window.scope):
        services.task_pause(task_id=task.pk, rule="papers", now=at("2026-09-14 09:00"), **window.who)
    services.timers_fire(now=at("2026-09-20 10:00"))
    assert open_nodes(instance)["accept"].urge == Task.Urge.NONE
    with pytest.raises(Conflict) as caught:
        complete(window, task, "accepted", "2026-09-16 09:00")
    assert caught.value.code == "task_paused"
    with walled(window.scope):
        services.task_resume(task_id=task.pk, now=at("2026-09-17 09:00"), **window.who)
    task = open_nodes(instance)["accept"]
    assert (task.due_at, task.paused_at) == (at("2026-09-17 23:59:59"), None)  # 停了 14、15、16 三个工作日
    kinds = [event.kind for event in Event.objects.within(AccessScope.everything()).filter(instance=instance)]
    assert kinds == ["opened", "task_opened", "paused", "resumed", "due_moved"]


def test_没有写明的事由不能停计(apply: Apply, people: People) -> None:
    window, task = people("青禾.镇窗口"), open_nodes(apply())["accept"]
    with pytest.raises(ServiceError) as caught, walled(window.scope):
        services.task_pause(task_id=task.pk, rule="holiday", **window.who)
    assert caught.value.code == "no_pause_rule"


def test_转介_各部门分别办_汇总后答复(apply: Apply, people: People) -> None:
    yibao, social = people("青禾.部门经办"), people("青禾.社会组织")
    instance = apply("referral", branches=(Branch(yibao.post.organisation_id, label="医疗救助"),))
    taken = open_nodes(instance)["take"]
    assert (taken.organisation_id, taken.role) == (yibao.post.organisation_id, "department_officer")
    complete(yibao, taken, "accepted", "2026-09-08 09:00")
    complete(yibao, open_nodes(instance)["handle"], "helped", "2026-09-10 09:00", note="已纳入医疗救助")
    assert open_nodes(instance).keys() == {"check"}
    assert social.post.organisation_id not in {task.organisation_id for task in all_tasks(instance=instance)}
    complete(people("青禾.镇窗口"), open_nodes(instance)["check"], "settled", "2026-09-11 09:00", note="已答复")
    instance.refresh_from_db()
    assert (instance.outcome, instance.outcome_title) == ("settled", "已解决")


def test_部门只看得到送给自己的(apply: Apply, people: People) -> None:
    yibao = people("青禾.部门经办")
    apply()
    apply("referral", branches=(Branch(yibao.post.organisation_id),))
    with walled(yibao.scope):
        assert {task.node for task in Task._base_manager.all()} == {"take"}
        assert Instance._base_manager.count() == 1
        assert {task.node for task in Task.objects.within(yibao.scope)} == {"take"}


def test_加送与撤回部门(apply: Apply, people: People) -> None:
    yibao, social, window = people("青禾.部门经办"), people("青禾.社会组织"), people("青禾.镇窗口")
    instance = apply("referral", branches=(Branch(yibao.post.organisation_id),))
    with walled(window.scope):
        added = services.scope_add(instance_id=instance.pk, branch=Branch(social.post.organisation_id), **window.who)
    with pytest.raises(Conflict) as caught, walled(window.scope):
        services.scope_add(instance_id=instance.pk, branch=Branch(social.post.organisation_id), **window.who)
    assert caught.value.code == "already_sent"
    complete(yibao, all_tasks(organisation=yibao.post.organisation)[0], "returned", "2026-09-08 09:00", note="不归我们")
    assert open_nodes(instance).keys() == {"take"}
    with walled(window.scope):
        services.scope_withdraw(scope_id=added.pk, reason="改由镇里办", **window.who)
    assert open_nodes(instance).keys() == {"check"}
    with pytest.raises(NotAllowed), walled(yibao.scope):
        services.scope_add(instance_id=instance.pk, branch=Branch(social.post.organisation_id), **yibao.who)


def test_撤回整件事(apply: Apply, people: People) -> None:
    instance, window = apply(), people("青禾.镇窗口")
    with pytest.raises(NotAllowed), walled(people("青禾.县经办").scope):
        services.instance_withdraw(instance_id=instance.pk, reason="重复", **people("青禾.县经办").who)
    with walled(window.scope):
        services.instance_withdraw(instance_id=instance.pk, reason="重复登记", **window.who)
    instance.refresh_from_db()
    assert (instance.outcome_title, open_nodes(instance)) == ("已撤回", {})
    assert Entry.objects.filter(action="process.instance_withdraw", reason="重复登记").count() == 1


@pytest.mark.parametrize(
    "data",
    [{"没有的": 1}, {"有异议": "是"}, {"近亲属备案": 1}],
)
def test_数据要先在流程里声明(apply: Apply, data: dict[str, object]) -> None:
    with pytest.raises(ServiceError) as caught:
        apply(data=data)
    assert caught.value.code == "bad_data"


def test_不归自己管的地方不能发起(people: People, published: object) -> None:
    other = people("青禾二.镇窗口")
    with pytest.raises(NotAllowed), walled(other.scope):
        services.instance_open(
            code="field_report",
            subject_kind="registry.report",
            subject_key="1",
            subject_label="线索",
            division_code="429998101200",
            **other.who,
        )
    assert all_tasks() == []
