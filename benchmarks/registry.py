"""十四万五千人、五万二千户、一百万条救助链：名单、一户一档、各种找法，与一页空白的登录页相比；数据十倍时再比一次。

走真的网址与全部中间件，以 jiuzhu_web 的身份，行级权限、加密、审计都开着；轮流各打开几百次，取第 95 百分位。
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.counties import CHECKOUT, bench_folder
from benchmarks.machine import line, timed
from jiuzhu.keys import ensure_data_keys, ensure_identity_key, ensure_web_secret
from jiuzhu.supervisor.postgres import Postgres

SCALES = [int(part) for part in os.environ.get("JIUZHU_BENCH_REGISTRY", "1,10").split(",")]
ROUNDS = int(os.environ.get("JIUZHU_BENCH_ROUNDS", "200"))
WARM = 5
DRAW = random.Random(7)
Opens = dict[str, Callable[[], object]]
Figures = dict[str, float]


def run() -> None:
    """在新进程里量：Django 的设置一个进程只读一次，别的项用的是别的数据库。"""
    subprocess.run([sys.executable, "-m", "benchmarks.registry"], check=True, cwd=CHECKOUT)


def measure() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="registry-", dir=bench_folder(), ignore_cleanup_errors=True) as folder,
        database(Path(folder)),
    ):
        from benchmarks import county_database as county  # noqa: PLC0415  先有数据库，才能载入 Django

        county.prepare()
        before: Figures = {}
        for scale in SCALES:
            with timed() as watch:
                county.fill(scale)
            line(f"造 {county.PEOPLE * scale:,} 人、{county.EVENTS * scale:,} 条救助链", f"{watch.seconds:.0f} 秒")
            with county.as_web():
                found = _opened(_pages(county.HOUSEHOLDS * scale))
            _tell(found, before)
            before = before or found


@contextmanager
def database(folder: Path) -> Iterator[None]:
    """一个新的数据库；结束时停掉。"""
    folder.chmod(0o755)
    (folder / "keys").mkdir()
    ensure_web_secret(folder / "keys" / "django.secret")
    ensure_identity_key(folder / "keys" / "identity.key")
    ensure_data_keys(folder / "keys" / "data.keys")
    (folder / "static").mkdir()
    postgres = Postgres(folder / "postgres", folder / "postgres.log")
    postgres.start()
    try:
        os.environ |= {
            "DATABASE_URL": postgres.url(),
            "JIUZHU_HOME": str(folder),
            "DJANGO_SETTINGS_MODULE": "jiuzhu.config.settings",
        }
        yield
    finally:
        postgres.stop()


def _pages(households: int) -> Opens:
    """各页怎么打开；每次换一户、换一个人名。"""
    from django.test import Client  # noqa: PLC0415  同上
    from django.urls import reverse  # noqa: PLC0415

    from benchmarks import county_database as county  # noqa: PLC0415
    from jiuzhu.web.access import rates  # noqa: PLC0415
    from jiuzhu.web.access.models import User  # noqa: PLC0415
    from jiuzhu.web.access.scope import Scope  # noqa: PLC0415
    from jiuzhu.web.registry.models import Household  # noqa: PLC0415

    rates.RATES["search"] = "1000000/m/user"
    clients = {}
    for name, username in (("县", "u0"), ("镇", "u1")):
        clients[name] = Client(SERVER_NAME="127.0.0.1")
        clients[name].force_login(User.objects.get(username=username))
    with Scope.everything().applied():
        some = list(Household.objects.within(Scope.everything()).values_list("household_id", flat=True)[:2000])

    def get(who: str, route: str, *args: str, **query: str) -> None:
        answer = clients[who].get(reverse(route, args=args), query, follow=False)
        assert answer.status_code in (200, 302), (route, answer.status_code)

    def find(who: str, text: str) -> None:
        answer = clients[who].post(reverse("desk:search"), {"q": text})
        assert answer.status_code in (200, 302), answer.status_code

    def name() -> str:
        return DRAW.choice(county.SURNAMES) + DRAW.choice(county.GIVEN) + DRAW.choice(county.GIVEN)

    return {
        "空白登录页": lambda: get("县", "account_change_password"),
        "县的名单": lambda: get("县", "registry:households"),
        "县的名单（低保）": lambda: get("县", "registry:households", **{"class": "dibao"}),
        "镇的名单": lambda: get("镇", "registry:households"),
        "一户一档": lambda: get("县", "registry:household", DRAW.choice(some)),
        "救助链": lambda: get("县", "registry:household", DRAW.choice(some), tab="chain"),
        "按姓名找": lambda: find("县", name()),
        "按证件号找": lambda: find("县", county.known_number(DRAW.randrange(county.KNOWN))),
        "按电话找": lambda: find("县", county.known_phone(DRAW.randrange(county.KNOWN))),
        "按住址找": lambda: find("县", f"{DRAW.randrange(1, 13)}组{DRAW.randrange(1, 181)}号"),
        "镇里按姓名找": lambda: find("镇", name()),
    }


def _opened(pages: Opens) -> Figures:
    """轮流打开，各取第 95 百分位（毫秒）。"""
    taken: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(ROUNDS + WARM):
        for name, action in pages.items():
            with timed() as watch:
                action()
            if turn >= WARM:
                taken[name].append(watch.seconds * 1e3)
    return {name: statistics.quantiles(times, n=20)[-1] for name, times in taken.items()}


def _tell(found: Figures, before: Figures) -> None:
    bare = found["空白登录页"]
    line("空白登录页", f"{bare:.1f} 毫秒")
    for name, milliseconds in list(found.items())[1:]:
        goal = "≤ 2 倍" if "找" in name else "≤ 3 倍"
        grown = f"，是一倍数据时的 {milliseconds / before[name]:.2f} 倍" if before else ""
        line(
            name,
            f"{milliseconds:.1f} 毫秒，{milliseconds / bare:.2f} 倍{grown}",
            goal + ("，≤ 1.3 倍" if before else ""),
        )


if __name__ == "__main__":
    measure()
