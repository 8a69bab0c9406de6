"""演示的政策文件与测算：管着的项目手册里有，写的数与参数一致，一次备好，再来不重做。"""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings
from tests.web.cast import every
from tests.web.documents.pdf import pages_of

from jiuzhu.keys import ensure_data_keys
from jiuzhu.web.access.models import Post, User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.desk.demo_policies import STANDARD, demo_policies_ensure, demo_policies_wanted, texts, typeset
from jiuzhu.web.desk.jobs import MOST_TIMES, TASK, desk_demo_policies
from jiuzhu.web.documents.models import Upload
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.whatif.models import Costing
from jiuzhu.web.monitoring.whatif.services import costing_execute
from jiuzhu.web.policies.models import PolicyDocument
from jiuzhu.web.policies.rulebook import content, programmes
from jiuzhu.web.policies.rulebook.folders import shipped_files

COUNTY = "429998000000"


def test_文字与手册一致() -> None:
    files = shipped_files()
    known = {row.code for row in programmes.programmes(files)}
    standards = content.parameters(files)[STANDARD]["values"]
    for text in texts():
        words = str(text["sections"])
        assert "演示" in text["title"]
        assert "演示" in text["number"]
        assert known.issuperset(text["programmes"])
        if "标准的通知" in text["title"]:
            now = standards[text["in_force_on"]]
            assert f"每人每月{now['城']}元" in words
            assert f"每人每月{now['乡']}元" in words


@pytest.fixture
def keeper(cast: dict[str, User], tmp_path: Path, settings: Settings) -> Post:
    """县监测员。"""
    settings.RUNS_DIR = tmp_path / "runs"
    settings.RULEBOOKS_DIR = tmp_path / "rulebooks"
    settings.DATA_KEYS_FILE = tmp_path / "data.keys"
    ensure_data_keys(settings.DATA_KEYS_FILE)
    return Post.objects.select_related("organisation", "user").get(user=cast["青禾.县监测员"])


def test_备好文件与一次测算(keeper: Post, make_run: Callable[..., Run], county_out: Path) -> None:
    with Scope.everything().applied():
        make_run()
    assert demo_policies_wanted(COUNTY)
    assert demo_policies_ensure(keeper=keeper) == (len(texts()), True)
    assert {row.state for row in every(PolicyDocument)} == {"current", "ended"}
    uploads = every(Upload).filter(subject_kind="policies.document")
    assert sorted(row.subject_key for row in uploads) == sorted(str(row.pk) for row in every(PolicyDocument))
    costing = every(Costing).get()
    with Scope.everything().applied():
        costing_execute(costing_id=costing.pk)
    costing.refresh_from_db()
    assert costing.status == "done", costing.error_text
    assert float(costing.figures["totals"]["yearly"][2]) > 0
    assert not demo_policies_wanted(COUNTY)
    assert demo_policies_ensure(keeper=keeper) == (0, False)


def waiting() -> list[int]:
    """排着队、还没到时候的各是第几回。"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args->>'times')::int FROM procrastinate_jobs"
            " WHERE task_name = %s AND status = 'todo' AND scheduled_at > now() ORDER BY id",
            [TASK],
        )
        return [row[0] for row in cursor.fetchall()]


def test_没有监测过的先不算_过一会儿再来(keeper: Post, make_run: Callable[..., Run], county_out: Path) -> None:
    desk_demo_policies(keeper.pk)
    assert every(PolicyDocument).count() == len(texts())
    assert demo_policies_wanted(COUNTY)
    assert waiting() == [2]
    desk_demo_policies(keeper.pk, times=MOST_TIMES)
    assert waiting() == [2]
    with Scope.everything().applied():
        make_run()
    desk_demo_policies(keeper.pk, times=2)
    assert every(Costing).count() == 1
    assert waiting() == [2]


def test_每页都写着是演示文件() -> None:
    pages = pages_of(typeset(texts()[0]))
    assert [page for page in pages if "演示文件" not in page] == []
