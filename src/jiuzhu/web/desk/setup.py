"""启动前的准备：发布随程序来的流程；演示环境再备好区划、机构、账号、几件事、第一次监测、政策文件与一次测算。每一步都可重复执行。"""

import json
from pathlib import Path

from django.conf import settings

from jiuzhu.web.access.models import Post
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.services import demo_divisions_ensure
from jiuzhu.web.exchange.services import folder_scan
from jiuzhu.web.ground.jobs import defer
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.models import Run
from jiuzhu.web.monitoring.services import demo_plans_ensure, run_start
from jiuzhu.web.process.services import definitions_publish

from .accounts import COUNTY, demo_accounts_ensure
from .demo_orders import demo_orders_ensure
from .demo_policies import demo_policies_wanted
from .jobs import QUEUE, TASK
from .matters import demo_matters_ensure


def prepare() -> None:
    """发布流程；演示环境再建区划与机构、开演示账号，并在从未监测过时发起第一次监测。"""
    definitions_publish(actor=Actor.system("启动准备"))
    if not settings.DEMO:
        return
    demo_divisions_ensure()
    write_accounts(settings.HOME / "demo-accounts.json", demo_accounts_ensure())
    reporter = Post.objects.get(role="village_worker", user__username="cunxie")
    demo_matters_ensure(reporter=reporter)
    window = Post.objects.select_related("organisation", "user").get(role="town_window", user__username="chuangkou")
    demo_orders_ensure(window=window, division_code=reporter.division_code)
    place = COUNTY.ljust(12, "0")
    demo_plans_ensure(division_code=place, actor=Actor.system("启动准备", division_code=place))
    if not selectors.any_run() and settings.DATA_DIR.is_dir():
        first = Actor.system("首次启动", division_code=place)
        folder_scan(division_code=place, actor=first, settled=0)
        run_start(actor=first, division_code=place, trigger=Run.Trigger.FIRST)
    if demo_policies_wanted(place):
        keeper = Post.objects.get(role="county_monitor", user__username="jiance")
        defer(TASK, queue=QUEUE, post_id=keeper.pk)


def write_accounts(path: Path, accounts: list[dict[str, str]]) -> None:
    """把演示账号写进文件，供启动程序打印；只有本用户可读。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(accounts, ensure_ascii=False, indent=2), encoding="utf-8")
