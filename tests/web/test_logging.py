"""网页与后台任务的日志：一行一个 JSON，带请求编号；异常里的个人信息一概不落进文件。"""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from procrastinate.contrib.django import app
from procrastinate.testing import InMemoryConnector
from pytest_django import Settings

from jiuzhu.config import urls
from jiuzhu.logs import Handler, Lines
from jiuzhu.web.ground.requestlog import FROM_PROXY, job_logged

ID, PHONE, CARD, NAME = "420901199001011234", "13812345678", "6222021234567890123", "欧阳不存在"
PERSONAL = (ID, PHONE, CARD, NAME)


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """把日志写进真的文件，读回来逐行解开；``lines.text`` 不需要：读的就是文件。"""
    file = (tmp_path / "web.log").open("a+", encoding="utf-8")
    handler = Handler(file)
    handler.setFormatter(Lines(text=False))
    names = ["", *django_settings.LOGGING["loggers"]]
    loggers = [logging.getLogger(name) for name in names if name in {"", "django"}]
    for logger in loggers:
        logger.addHandler(handler)

    def read() -> list[dict[str, object]]:
        file.flush()
        text = (tmp_path / "web.log").read_text(encoding="utf-8")
        assert [word for word in PERSONAL if word in text] == []
        return [json.loads(line) for line in text.splitlines()]

    yield read
    for logger in loggers:
        logger.removeHandler(handler)
    file.close()


def fails(request: HttpRequest) -> HttpResponse:
    raise ValueError(f"不认识 {ID}，电话 {PHONE}，卡号 {CARD}，姓名：{NAME}")


def fails_in_database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE people (name text NOT NULL, number text UNIQUE CHECK (length(number) < 20))")
        cursor.execute("INSERT INTO people VALUES (%s, %s)", [NAME, ID])
        cursor.execute(request.GET["sql"], [NAME, ID])
    return HttpResponse()


def works(request: HttpRequest) -> HttpResponse:
    logging.getLogger("jiuzhu.test").warning("办了一件事 %s", ID)
    return HttpResponse(request.request_id)  # type: ignore[attr-defined]


@pytest.fixture
def browser(client: Client, settings: Settings, db: None) -> Client:
    """多出几个会出错的网址，不用登录。"""
    client.raise_request_exception = False
    settings.MIDDLEWARE = [
        name for name in settings.MIDDLEWARE if "SignInRequired" not in name and not name.endswith("PostMiddleware")
    ]
    settings.ROOT_URLCONF = type("Urls", (), {
        "urlpatterns": [
            *urls.urlpatterns,
            path("fails/<str:what>/", lambda request, what: fails(request), name="fails"),
            path("database/", fails_in_database, name="database"),
            path("works/", works, name="works"),
        ],
        "handler404": urls.handler404,
        "handler500": urls.handler500,
    })  # fmt: skip
    return client


def test_页面抛出的异常(browser: Client, lines: Callable[[], list[dict[str, object]]]) -> None:
    assert browser.get(f"/fails/{ID}/", {"q": NAME}).status_code == 500
    failed = next(line for line in lines() if "error" in line)
    assert failed["error_type"] == "ValueError"
    assert "不认识 〔证件号〕，电话 〔电话〕，卡号 〔号码〕，姓名：〔姓名〕" in str(failed["error"])
    assert "test_logging.py" in str(failed["error"])
    access = next(line for line in lines() if line["logger"] == "jiuzhu.access")
    assert (access["route"], access["status"], access["level"]) == ("fails", 500, "ERROR")
    assert access["request_id"] == failed["request_id"]


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("INSERT INTO people VALUES (%s, %s)", "sqlstate=23505"),
        ("INSERT INTO people VALUES (%s, %s || '000')", "sqlstate=23514"),
        ("INSERT INTO people SELECT NULL, %s || %s", "sqlstate=23502"),
        ("SELECT %s::integer, %s", "sqlstate=22P02"),
        ("SELECT %s::date, %s", "sqlstate=22007"),
        ("SELECT %s FROM people WHERE number = %s AND 没有这一列", "sqlstate=42703"),
        ("SELECT %s %s", "sqlstate=42601"),
        ("DO $$ BEGIN RAISE EXCEPTION USING MESSAGE = %s, DETAIL = %s; END $$", "P0001"),
    ],
)
def test_数据库报错里的整行数据(
    browser: Client, lines: Callable[[], list[dict[str, object]]], sql: str, told: str
) -> None:
    if told == "P0001":
        sql = sql.replace("MESSAGE = %s", "MESSAGE = '姓名为' || %s")
    assert browser.get("/database/", {"sql": sql}).status_code == 500
    failed = next(line for line in lines() if "error" in line)
    assert told in str(failed["error"])
    assert "psycopg" in str(failed["error"])


def test_直接写异常与参数(lines: Callable[[], list[dict[str, object]]], db: None) -> None:
    logger = logging.getLogger("jiuzhu.test")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE people (number text UNIQUE, name text)")
        cursor.execute("INSERT INTO people VALUES (%s, %s)", [ID, NAME])
        try:
            with transaction.atomic():
                cursor.execute("INSERT INTO people VALUES (%s, %s)", [ID, NAME])
        except IntegrityError:
            logger.exception("没有存上")
    logger.error("卡 %s 人 %s", CARD, {"电话": PHONE}, extra={"person": NAME, "count": 2})
    first, second = lines()[-2:]
    assert "constraint_name=people_number_key" in str(first["error"])
    assert second["count"] == 2
    assert "person" not in second


def test_后台任务抛出的异常(lines: Callable[[], list[dict[str, object]]]) -> None:
    logging.getLogger("procrastinate").setLevel(logging.INFO)
    try:
        with app.replace_connector(InMemoryConnector()) as running:

            @running.task(name="test_fails")
            def fails_too(number: str, who: str) -> None:
                logging.getLogger("jiuzhu.test").info("在办")
                raise psycopg.DataError(f"{number} {PHONE}\nDETAIL: {NAME}")

            fails_too.defer(number=ID, who=NAME)
            running.run_worker(
                wait=False, install_signal_handlers=False, listen_notify=False, worker_middleware=[job_logged]
            )
    finally:
        logging.getLogger("procrastinate").setLevel(logging.WARNING)
    written = lines()
    assert {line.get("task") for line in written if line["message"] == "在办"} == {"test_fails"}
    failed = next(line for line in written if "error" in line)
    assert failed["task"] == "test_fails"
    assert isinstance(failed["job"], int)
    assert any(line["logger"] == "jiuzhu.jobs" and line["event"] == "failed" for line in written)


def test_一次请求里的各行同一个编号_回给浏览器(browser: Client, lines: Callable[[], list[dict[str, object]]]) -> None:
    answer = browser.get("/works/", {"q": NAME})
    number = answer.headers["X-Request-ID"]
    assert FROM_PROXY.fullmatch(number)
    assert answer.content.decode() == number
    told = [line for line in lines() if line.get("request_id") == number]
    assert [line["logger"] for line in told] == ["jiuzhu.test", "jiuzhu.access"]
    assert told[0]["message"] == "办了一件事 〔证件号〕"
    assert (told[1]["route"], told[1]["status"], told[1]["queries"]) == ("works", 200, 0)
    assert isinstance(told[1]["duration_ms"], float)


def test_登录的人只记编号(desk: Client, officer: object, lines: Callable[[], list[dict[str, object]]]) -> None:
    desk.get("/")
    access = next(line for line in lines() if line["logger"] == "jiuzhu.access")
    assert access["user"] == officer.pk  # type: ignore[attr-defined]
    assert access["queries"] > 0  # type: ignore[operator]
    assert officer.username not in json.dumps(access)  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", ["0123456789abcdef0123456789abcdef", "3fa85f64-5717-4562-b3fc-2c963f66afa6"])
def test_代理给的编号照用(browser: Client, given: str) -> None:
    assert browser.get("/works/", HTTP_X_REQUEST_ID=given).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", [ID, "x" * 32, "a" * 32 + "\n伪造的一行", "", "A" * 32, "a" * 64])
def test_别的编号不认(browser: Client, given: str) -> None:
    assert browser.get("/works/", HTTP_X_REQUEST_ID=given).headers["X-Request-ID"] != given


def test_健康检查与静态文件不记(client: Client, db: None, lines: Callable[[], list[dict[str, object]]]) -> None:
    client.get("/healthz")
    assert [line for line in lines() if line["logger"] == "jiuzhu.access"] == []


def test_查不到的网址不写进日志(desk: Client, lines: Callable[[], list[dict[str, object]]]) -> None:
    desk.get(f"/{NAME}/")
    access = next(line for line in lines() if line["logger"] == "jiuzhu.access")
    assert (access["route"], access["status"]) == ("unmatched", 404)
