"""往世界里放东西：每个地方一件上报、一件转办、一份附件、一份通知……"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from django.utils import timezone
from tests.web.cast import PLACES, every
from tests.web.documents.samples import SAMPLES
from tests.web.exchange.desk_batches import LINES, make_batch
from tests.web.verification.signed import checked

from jiuzhu.engine.simulation import villages_of
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.cases.services import application_describe, application_open, application_submit, link_make
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents.services import UploadedContent, paper_render, upload_store
from jiuzhu.web.exchange.models import MatchCandidate, MatchRow
from jiuzhu.web.exchange.services import match_decide
from jiuzhu.web.monitoring.models import Finding, HouseholdWarning, Run
from jiuzhu.web.monitoring.services.caring import care_issue
from jiuzhu.web.monitoring.trials.services import Choice, trial_run
from jiuzhu.web.monitoring.whatif.services import Asked, costing_execute, costing_start
from jiuzhu.web.notices.audience import Audience
from jiuzhu.web.notices.services import notice_send
from jiuzhu.web.orders.models import Measure, Order
from jiuzhu.web.orders.services import Need, measure_add, order_open, part_accept
from jiuzhu.web.policies.models import RulebookVersion
from jiuzhu.web.policies.services import document_file_add, document_save, rulebook_draft, rulebook_points_set
from jiuzhu.web.process.models import Definition, Instance, Task
from jiuzhu.web.process.services import absence_set, definitions_publish
from jiuzhu.web.registry.models import Household, Person
from jiuzhu.web.registry.services import merge_propose, report_submit
from jiuzhu.web.verification.models import BatchCheck, Connector
from jiuzhu.web.verification.services import consent_record, objection_open

from .intake import furnish_intake
from .world import World

SYSTEM = Actor.system("测试")


def who(user: User) -> tuple[Actor, Scope]:
    """办事人与范围。"""
    post = Post.objects.select_related("organisation").get(user=user)
    return Actor(user.pk, str(user), post.pk, post.title, str(post.organisation)), post.scope()


def furnish(world: World, cast: dict[str, User]) -> None:
    """把各种对象放好，并登记为网址参数。"""
    with Scope.everything().applied():
        definitions_publish(actor=SYSTEM)
        for where in PLACES:
            furnish_place(world, cast, where)
        for where in ("青禾", "禾丰"):
            furnish_county(world, cast, where)
            furnish_desks(world, cast, where)
            furnish_platform(world, where)
            furnish_intake(world, where)
            furnish_rulebook(world, cast, where)
        for where in PLACES:
            furnish_check(world, cast, where)
            furnish_application(world, cast, where)
        shared_things(world)
        register(world)


def furnish_place(world: World, cast: dict[str, User], where: str) -> None:
    """一个镇：上报、转办、附件。"""
    village, town = PLACES[where][4], PLACES[where][2]
    actor, scope = who(cast[f"{where}.村协理员"])
    report = report_submit(
        form_key=uuid4(), name=f"{where}某", division_code=village, needs=["illness"], words="住院花费大",
        actor=actor, scope=scope,
    )  # fmt: skip
    world.add("report", village, report.pk)
    window, window_scope = who(cast[f"{where}.镇窗口"])
    home = every(Household).filter(division_code__startswith=town).order_by("pk").first()
    assert home is not None
    department = Organisation.objects.get(code=f"{where[:2]}-department")
    order = order_open(
        household=home, origin="window", source_kind="orders.form", source_key=f"walk-{where}", title="医疗费用",
        words="住院花费大", needs=[Need(department.pk, ask="请核医疗救助")], actor=window, scope=window_scope,
    )  # fmt: skip
    case = order.instance
    register_order(world, cast[f"{where[:2]}.部门经办"], order)
    world.shared.setdefault(f"{where[:2]}.部门经办", set()).update(shared_by(case, home), order_shared(order))
    upload = upload_store(
        file=UploadedContent("说明.txt", "住院情况说明".encode()), kind="other",
        subject=("registry.household", home.household_id), division_code=home.division_code,
        actor=window, scope=window_scope,
    )  # fmt: skip
    world.add("upload", home.division_code, upload.pk)


def register_order(world: World, officer: User, order: Order) -> None:
    """这张单、各单位的一份、一项措施，作网址参数；部门接了单，登了一项。"""
    actor, scope = who(officer)
    take = every(Task).get(instance=order.instance, node="take")
    part_accept(task_id=take.pk, actor=actor, scope=scope)
    handle = every(Task).get(instance=order.instance, node="handle")
    measure = measure_add(
        task_id=handle.pk, kind="scheme", programme="医疗救助", on=timezone.localdate(), actor=actor, scope=scope
    )
    place = order.division_code
    world.add("order", place, order.pk)
    world.add("order_part", place, measure.part_id)
    world.add("order_task", place, handle.pk)
    world.add("measure", place, measure.pk)


def order_shared(order: Order) -> set[tuple[str, object]]:
    """派给部门之后，它看得到的单上的东西。"""
    tasks = every(Task).filter(instance=order.instance, node="handle").values_list("pk", flat=True)
    measures = every(Measure).filter(order=order).values_list("pk", "part_id")
    return {
        ("order", order.pk),
        *(("order_task", pk) for pk in tasks),
        *(("measure", pk) for pk, _ in measures),
        *(("order_part", part) for _, part in measures),
    }


def shared_by(case: Instance, home: Household) -> set[tuple[str, object]]:
    """转办之后，部门看得到的东西。"""
    people = every(Person).filter(household=home).values_list("person_id", flat=True)
    tasks = every(Task).filter(instance=case).values_list("pk", flat=True)
    return {
        ("household", home.household_id),
        ("instance", case.pk),
        *(("task", pk) for pk in tasks),
        *(("person", key) for key in people),
        *(("person_field", (key, "id_number")) for key in people),
    }


def furnish_check(world: World, cast: dict[str, User], where: str) -> None:
    """一户的授权书、义务人的同意、一次核对、一件异议。"""
    actor, scope = who(cast[f"{where}.镇窗口"])
    home = every(Household).filter(division_code__startswith=PLACES[where][2]).order_by("pk").first()
    assert home is not None
    letter, check = checked(home, actor, scope, number=f"walk-{where}")
    outsider = every(Person).exclude(household=home).filter(division_code__startswith=PLACES[where][0]).first()
    today = timezone.localdate()
    consent = consent_record(
        household=home, person=outsider, relation="child", document="走遍", document_digest="0" * 64, signed_on=today,
        valid_until=today, actor=actor, scope=scope,
    )  # fmt: skip
    objection = objection_open(check=check, words="车已报废", actor=actor, scope=scope)
    task = every(Task).get(instance=objection.instance, node="review")
    place = home.division_code
    for kind, key in {
        "checked_household": home.household_id, "authorisation": letter.pk, "consent": consent.pk, "check": check.pk,
        "objection": objection.pk, "objection_task": task.pk,
    }.items():  # fmt: skip
        world.add(kind, place, key)


def furnish_application(world: World, cast: dict[str, User], where: str) -> None:
    """一件提交了、等受理的申请。"""
    actor, scope = who(cast[f"{where}.镇窗口"])
    home = every(Household).filter(division_code__startswith=PLACES[where][2]).order_by("pk").first()
    applicant = every(Person).filter(household=home, alive=True, merged_into=None).order_by("pk").first()
    assert home is not None
    assert applicant is not None
    made = application_open(household=home, applicant=applicant, chosen=[("dibao", "")], actor=actor, scope=scope)
    made = application_describe(
        application=made, channel="window", words="", behalf_name="", behalf_relation="", relatives=[], actor=actor,
        scope=scope,
    )  # fmt: skip
    made = application_submit(application=made, actor=actor, scope=scope)
    task = every(Task).get(instance=made.instance, node="accept")
    world.add("application", home.division_code, made.pk)
    world.add("application_member", home.division_code, (made.pk, applicant.person_id))
    code = link_make(application=made, person_id=applicant.person_id, place="大厅", actor=actor, scope=scope)
    world.add("signing_code", home.division_code, code)
    world.add("application_task", home.division_code, task.pk)


def furnish_platform(world: World, where: str) -> None:
    """一个县接的平台（停用）、一次批量核对。"""
    county = PLACES[where][0].ljust(12, "0")
    connector = Connector.objects.create(
        division_code=county, name="省平台", url="https://platform.invalid/", key_file="k.pem", is_active=False
    )
    batch = BatchCheck.objects.create(
        division_code=county, area=PLACES[where][0], listed="dibao", programmes=["dibao"], started_at=timezone.now()
    )
    world.add("connector", county, connector.pk)
    world.add("batch_check", county, batch.pk)


def furnish_county(world: World, cast: dict[str, User], where: str) -> None:
    """一个县：合并、文书、公告、代办、日历、导入。"""
    county = PLACES[where][0].ljust(12, "0")
    officer, scope = who(cast[f"{where}.县经办"])
    first, second = every(Person).within(scope).order_by("pk")[:2]
    merge = merge_propose(kept=first, absorbed=second, reason="证件号只差一位，是同一人", actor=officer)
    world.add("merge", county, merge.pk)
    organisation = Organisation.objects.get(code=f"{where}-county_office")
    paper = paper_render(
        template="refusal", data=SAMPLES["refusal"], actor=officer, organisation=organisation, division_code=county
    )
    world.add("paper", county, paper.pk)
    notice = notice_send(title="请核实", kind="task", to=Audience.people([cast[f"{where}.县经办"].pk]), actor=officer)
    assert notice is not None
    world.add("notice", f"user:{cast[f'{where}.县经办'].pk}", notice.pk)
    absence = absence_set(
        user_id=cast[f"{where}.县经办"].pk,
        deputy_id=cast[f"{where}.县监测员"].pk,
        actor=officer,
        from_date=timezone.localdate(),
        to_date=timezone.localdate(),
    )
    world.add("absence", f"user:{cast[f'{where}.县经办'].pk}", absence.pk)


def furnish_rulebook(world: World, cast: dict[str, User], where: str) -> None:
    """一个县的手册草稿与一次试算；本县各镇的审核负责人也看得到手册。"""
    county = PLACES[where][0].ljust(12, "0")
    actor, scope = who(cast[f"{where}.县监测员"])
    draft = rulebook_draft(name="走遍用的草稿", division_code=county, actor=actor, scope=scope)
    rulebook_points_set(version_id=draft.pk, code="YL-03", points=3, actor=actor, scope=scope, reason="走遍")
    draft = every(RulebookVersion).get(pk=draft.pk)
    for kind, key in {
        "rulebook": draft.pk, "rulebook_indicator": (draft.pk, "YL-03"), "rulebook_limit": (draft.pk, "CB-01"),
        "rulebook_parameter": (draft.pk, "低保标准"), "rulebook_index": (draft.pk, "贫困指数"),
        "rulebook_case": (draft.pk, 0), "rulebook_programme": (draft.pk, "dibao"),
        "rulebook_programme_case": (draft.pk, "dibao", 0), "rulebook_programme_part": (draft.pk, "dibao", "conditions"),
        "rulebook_programme_rule": (draft.pk, "dibao", "conditions", 0),
    }.items():  # fmt: skip
        world.add(kind, county, key)
    for name in cast:
        if name.startswith(where) and name.endswith("镇审核负责人"):
            world.shared.setdefault(name, set()).update(
                {("rulebook", draft.pk), ("rulebook_programme", (draft.pk, "dibao"))}
            )
    furnish_document(world, cast, where)
    run = every(Run).get(division_code=county)
    villages = [code for code, *_ in villages_of(Path(run.out_dir)).iter_rows() if code.startswith(PLACES[where][2])]
    trial = trial_run(version=draft, run=run, choice=Choice("hand", villages), note="走遍", actor=actor, scope=scope)
    world.add("trial", county, trial.pk)
    asked = Asked(timezone.localdate(), ("dibao",))
    costing = costing_start(version=draft, against=None, run=run, asked=asked, actor=actor, scope=scope)
    if where == "青禾":
        costing_execute(costing_id=costing.pk)
    world.add("costing", county, costing.pk)


def furnish_document(world: World, cast: dict[str, User], where: str) -> None:
    """一份政策文件和它的原件：本县各岗位都看得到；一户的清单。"""
    county = PLACES[where][0].ljust(12, "0")
    actor, scope = who(cast[f"{where}.县经办"])
    day = timezone.localdate()
    values = {
        "title": f"{where}低保办法", "number": f"{where}〔2026〕1号", "issuer": f"{where}民政局", "issued_on": day,
        "in_force_on": day, "ended_on": None, "ended_why": "", "programmes": ["dibao"], "note": "",
    }  # fmt: skip
    kept = document_save(document_id=None, values=values, division_code=county, actor=actor, scope=scope)
    pdf = UploadedContent("办法.pdf", b"%PDF-1.4\n%%EOF")
    file = document_file_add(document_id=kept.pk, file=pdf, actor=actor, scope=scope)
    world.add("policy_document", county, kept.pk)
    world.add("policy_file", county, (kept.pk, file.pk))
    mine = {("policy_document", kept.pk), ("policy_file", (kept.pk, file.pk))}
    for name in cast:
        if name.startswith(where):
            world.shared.setdefault(name, set()).update(mine)
    home = every(Household).filter(division_code__startswith=PLACES[where][2]).order_by("pk").first()
    assert home is not None
    run = every(Run).get(division_code=county)
    paper = care_issue(household=home, run=run, kind="care", actor=actor, scope=scope)
    if where == "青禾":  # 每出一份都要排版，一处就够
        world.add("care_kind", home.division_code, (home.household_id, "care"))
    world.add("care_paper", home.division_code, (home.household_id, paper.pk))


def furnish_desks(world: World, cast: dict[str, User], where: str) -> None:
    """隔离台的一批（部门报的）、认人台的一行和待复核的认定。"""
    county = PLACES[where][0].ljust(12, "0")
    office = Organisation.objects.get(code=f"{where}-department")
    with TemporaryDirectory() as folder:
        batch = make_batch(Path(folder), LINES, county=county, organisation=office)
    people = list(every(Person).filter(division_code__startswith=PLACES[where][0]).order_by("pk")[:2])
    facts = json.dumps({"name": people[0].name, "id_number": people[0].id_number}, ensure_ascii=False)
    match = MatchRow.objects.create(
        division_code=county, batch=batch, source=batch.source, row=1, row_code="R" + "A" * 16, content=facts,
        on_list=True, best=0.5, run_number=1,
    )  # fmt: skip
    for rank, person in enumerate(people, 1):
        MatchCandidate.objects.create(
            match=match, division_code=county, person_id=person.person_id, household_id=person.household.household_id,
            probability=0.5, rank=rank, classes=["dibao"], content=facts,
        )  # fmt: skip
    decision = match_decide(match=match, person_id=people[0].person_id, actor=who(cast[f"{where}.县经办"])[0])
    mine = {("faulty_batch", batch.pk), ("faulty_row", (batch.pk, 2))}
    world.shared.setdefault(f"{where}.部门经办", set()).update(mine)
    for kind, key in (*mine, ("match", match.pk), ("match_decision", decision.pk)):
        world.add(kind, county, key)


def shared_things(world: World) -> None:
    """不分地方的参数。"""
    for kind, keys in {
        "provider": ["county"], "sheet": ["csv"], "import_kind": ["divisions"], "division": ["429998000000"],
        "category": ["医疗"], "source": ["medical_settlement"], "programme": ["dibao"],
    }.items():  # fmt: skip
        for key in keys:
            world.add(kind, "", key)
    world.add("definition", "", Definition.objects.first().pk)


def register(world: World) -> None:
    """从库里挑每个地方的一个，作网址参数。"""
    for _, _, town, _, _, _ in PLACES.values():
        home = every(Household).filter(division_code__startswith=town).order_by("pk").first()
        person = every(Person).filter(household=home).order_by("pk").first()
        warning = every(HouseholdWarning).filter(division_code__startswith=town).order_by("pk").first()
        assert home is not None
        assert person is not None
        assert warning is not None
        world.add("household", home.division_code, home.household_id)
        world.add("person", home.division_code, person.person_id)
        world.add("person_field", home.division_code, (person.person_id, "id_number"))
        world.add("warning", warning.division_code, warning.pk)
        finding = every(Finding).filter(division_code__startswith=town).order_by("pk").first()
        if finding is not None:
            world.add("finding", finding.division_code, finding.pk)
    for task in every(Task):
        world.add("task", task.division_code, task.pk)
    for case in every(Instance):
        world.add("instance", case.division_code, case.pk)
    for run in every(Run):
        world.add("run", run.division_code, run.number)
    for post in Post.objects.filter(role__in=["county_officer", "town_window"]):
        world.add("user", post.division_code, post.user_id)
        world.add("user_post", post.division_code, (post.user_id, post.pk))
    for organisation in Organisation.objects.filter(kind="county_office"):
        world.add("organisation", organisation.division_code, organisation.pk)
