"""公共基础:书写格式、出错页、健康检查、图标。"""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.utils import timezone
from pytest_django import Settings

from jiuzhu.config import urls
from jiuzhu.config.environment import CHECKOUT_DIR, PACKAGE_DIR, read_database, read_flag
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.ground.templatetags import ground
from jiuzhu.web.ground.views import server_error


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("number", 1234567, "1,234,567"),
        ("number", None, "未知"),
        ("number", "红色", "红色"),
        ("money", 1234.5, "1,234.50 元"),
        ("money", None, "未知"),
        ("compact", 22.75, "22.75"),
        ("compact", 30.0, "30"),
        ("compact", None, "未知"),
        ("points", 8, "+8"),
        ("points", -3.5, "−3.5"),
        ("cn_date", date(2026, 10, 31), "2026年10月31日"),
        ("cn_date", None, "未知"),
        ("cn_weekday", date(2026, 10, 31), "星期六"),
        ("duration", 3.21, "3.2 秒"),
        ("duration", 65, "1 分 05 秒"),
        ("band_title", "red", "红色"),
        ("band_title", None, "未预警"),
        ("encoding", "gb18030", "GB18030"),
        ("short_id", "HPDCC2NQEOSL4TL3P", "L4TL3P"),
    ],
)
def test_书写(name: str, value: object, shown: str) -> None:
    assert getattr(ground, name)(value) == shown


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 5), "5天后到期（11月5日）"),
        (date(2026, 10, 31), "今天到期"),
        (date(2026, 10, 29), "已超期2天（10月29日）"),
        (None, "不限期"),
    ],
)
def test_时限(day: date | None, shown: str) -> None:
    assert ground.due(day, date(2026, 10, 31)) == shown


def test_多久以前() -> None:
    now = timezone.now()
    assert ground.ago(now) == "刚刚"
    assert ground.ago(now - timedelta(minutes=5)) == "5分钟前"
    assert ground.ago(now - timedelta(days=40)).endswith("日")


def test_占比分母为零不报错() -> None:
    assert ground.percent(1, 0) == "—"
    assert ground.percent(1, 8) == "12.5%"


def test_模板里的日期与数字按中文写_编号不分隔() -> None:
    text = Template("{{ day }} {{ total|number }} {{ total }}").render(
        Context({"day": date(2026, 1, 2), "total": 1234567})
    )
    assert text == "2026年1月2日 1,234,567 1234567"


def test_级别标签颜色之外有字() -> None:
    assert ground.band("red") == '<span class="band band-red">红色</span>'
    assert "未预警" in ground.band("<script>")
    assert "<script>" not in ground.band("<script>")


def test_改网址条件只动所说的项() -> None:
    request = RequestFactory().get("/", {"band": "red", "page": "3"})
    text = ground.query(Context({"request": request}), page=4)
    assert text == "?band=red&page=4"
    assert ground.query(Context({"request": request}), page=None) == "?band=red"


def test_健康检查不用登录(client: Client, db: None) -> None:
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_没有这一页(desk: Client) -> None:
    answer = desk.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_系统出错页是中文且不带数据() -> None:
    answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()


def test_页面抛错时给中文500(desk: Client, run: object, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.raise_request_exception = False
    monkeypatch.setattr("jiuzhu.web.monitoring.selectors.warnings", lambda run: 1 / 0)
    answer = desk.get(reverse("monitoring:warnings"))
    assert answer.status_code == 500
    assert "数据不受影响" in answer.content.decode()
    assert "ZeroDivisionError" not in answer.content.decode()


def test_没有凭证的提交不生效(officer: object) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)  # type: ignore[arg-type]
    answer = client.post(reverse("monitoring:run_new"))
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


def test_办不成的事说清楚(desk: Client, settings: Settings) -> None:
    def refuse(request: object) -> None:
        raise Conflict("这件事眼下办不成。", code="test")

    settings.ROOT_URLCONF = type("Urls", (), {
        "urlpatterns": [*urls.urlpatterns, path("refuse/", refuse)],
        "handler404": urls.handler404,
    })  # fmt: skip
    answer = desk.get("/refuse/")
    assert answer.status_code == 409
    assert "这件事眼下办不成。" in answer.content.decode()


def test_模板用到的图标都在构建清单里() -> None:
    listed = set(re.findall(r'"([a-z0-9-]+)"', (CHECKOUT_DIR / "frontend/src/icons.mjs").read_text("utf-8")))
    used = set()
    for file in (PACKAGE_DIR / "web").rglob("*.html"):
        used |= set(re.findall(r'{% icon "([a-z0-9-]+)"', file.read_text("utf-8")))
    used |= set(
        re.findall(
            r'MenuItem\(\s*"[^"]+",\s*"([a-z0-9-]+)"', (PACKAGE_DIR / "web/ground/context.py").read_text("utf-8")
        )
    )
    assert used
    assert used <= listed


def test_数据库网址的写法() -> None:
    socket = read_database("postgresql://jiuzhu@/jiuzhu?host=/run/pg&port=5544")
    assert (socket["HOST"], socket["PORT"], socket["NAME"], socket["USER"]) == ("/run/pg", "5544", "jiuzhu", "jiuzhu")
    remote = read_database("postgres://u:p%40ss@db.example:6000/救助?sslmode=require")
    assert (remote["PASSWORD"], remote["HOST"], remote["OPTIONS"]) == ("p@ss", "db.example", {"sslmode": "require"})
    with pytest.raises(Exception, match="只支持 PostgreSQL"):
        read_database("sqlite:///x")


def test_是否变量只认是与否(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIUZHU_TEST_FLAG", "maybe")
    with pytest.raises(Exception, match="只能取 1 或 0"):
        read_flag("JIUZHU_TEST_FLAG")


def test_时区是北京时间() -> None:
    assert settings.TIME_ZONE == "Asia/Shanghai"
    shown = ground.cn_time(datetime(2026, 10, 31, 17, 0, tzinfo=timezone.get_fixed_timezone(0)))
    assert shown == "2026年11月1日 01:00"
    assert Path(settings.STATIC_ROOT).is_relative_to(settings.HOME)


def test_直接打开提交用的网址_有话说(desk: Client) -> None:
    answer = desk.get(reverse("access:post_switch"), headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "刚才的提交没有生效" in answer.content.decode()
