"""启动前的准备:岗位、演示账号、第一次监测。每一步都可重复执行。"""

import json
from pathlib import Path

from django.conf import settings

from jiuzhu.web.access.services import POSTS, account_create, posts_ensure
from jiuzhu.web.monitoring import selectors
from jiuzhu.web.monitoring.services import run_start

ORGANISATION = "青禾县民政局"
DEMO_ACCOUNTS = (
    {"username": "jiance", "password": "qinghe-jc-2046", "display_name": "演示监测员", "post": "county_monitor"},
    {"username": "lingdao", "password": "qinghe-ld-7315", "display_name": "演示领导", "post": "county_leader"},
)


def prepare() -> None:
    """建岗位;演示环境再开演示账号,并在从未监测过时发起第一次监测。"""
    posts_ensure()
    if not settings.DEMO:
        return
    for account in DEMO_ACCOUNTS:
        account_create(organisation=ORGANISATION, **account)
    write_accounts(settings.HOME / "demo-accounts.json")
    if not selectors.any_run() and settings.DATA_DIR.is_dir():
        run_start(actor=None)


def write_accounts(path: Path) -> None:
    """把演示账号写进文件,供启动程序打印;只有本用户可读。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    accounts = [account | {"post": POSTS[account["post"]].title} for account in DEMO_ACCOUNTS]
    path.write_text(json.dumps(accounts, ensure_ascii=False, indent=2), encoding="utf-8")
