"""每一页都有“这一页怎么用”：没有受过训练的人也看得懂。

新加一页：写 ``templates/<部分>/help/<网址名>.html``。局部刷新、下载、没有版式的页，写进下面的例外并说明。
"""

import re
from collections.abc import Iterator
from functools import cache

import pytest
from django.http import HttpRequest, HttpResponseNotAllowed
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.html import strip_tags

from jiuzhu.config.environment import PACKAGE_DIR
from jiuzhu.web.access.models import User
from jiuzhu.web.ground.context import help_page

from .cast import signed_in

PARTIALS = {
    "desk:more",
    "exchange:batch_progress",
    "monitoring:plan_card",
    "monitoring:dispatch",
    "monitoring:run_progress",
    "access:username_suggest",
    "audit:entry_check",
    "trials:bands",
    "whatif:progress",
    "cases:fits",
    "verification:platforms",
}
FILES = {
    "exchange:batch_file",
    "documents:paper",
    "documents:download",
    "documents:preview",
    "divisions:import_blank",
    "audit:entries_export",
    "monitoring:effect_export",
    "whatif:sheet",
    "policies:document_file",
    "monitoring:care_paper",
    "whatif:household_sheet",
    "registry:household_print",
    "registry:households_export",
    "monitoring:compare_sheet",
    "audit:seal_file",
    "verification:batch_export",
    "verification:batch_papers",
    "health",
    "ready",
    "metrics",
}
SIGNED_OUT = {  # 登录之前的页，没有栏目与页首，要说的话直接写在页上
    "account_login",
    "account_inactive",
    "mfa_authenticate",
    "single_sign_on",
    "openid_connect_callback",
    "mfa_index",
    "cases:link_sign",
}
WITHOUT = PARTIALS | FILES | SIGNED_OUT
SENTENCE = re.compile(r"[^。？！]+[。？！]")


def routes(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """全部网址：带前缀的名字与网址。"""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, inner)
        elif entry.name:
            yield f"{namespace}{entry.name}", entry


def takes_get(pattern: URLPattern) -> bool:
    """能不能用 GET 打开：只收 POST 的，不到别的判断就回 405。"""
    request: HttpRequest = RequestFactory().get("/")
    names = pattern.pattern.converters
    try:
        answer = pattern.callback(request, **dict.fromkeys(names))
    except Exception:  # noqa: BLE001  不是 405 的都算能打开，打开之后怎样不在这里查
        return True
    return not isinstance(answer, HttpResponseNotAllowed)


@cache
def pages() -> tuple[str, ...]:
    """有版式的各页。"""
    return tuple(
        sorted({name for name, pattern in routes(get_resolver()) if name not in WITHOUT and takes_get(pattern)})
    )


def help_files() -> list[str]:
    """写了的说明，如 ``monitoring/help/overview.html``。"""
    files = (PACKAGE_DIR / "web").glob("**/templates/*/help/*.html")
    return sorted("/".join(file.parts[-3:]) for file in files)


def told(path: str) -> str:
    """说明的文字。"""
    return re.sub(r"\s+", "", strip_tags(get_template(path).template.source))


def test_找得到各页() -> None:
    assert {"desk:home", "monitoring:warnings", "notices:list", "access:mine"} <= set(pages())
    assert "notices:open" not in pages()


def test_每一页都有说明() -> None:
    missing = [name for name in pages() if not help_page(name)]
    assert not missing, f"这些页还没有说明：{missing}"


def test_例外都是有的网址() -> None:
    assert {name for name, _ in routes(get_resolver())} >= WITHOUT


def test_说明都有对应的页() -> None:
    assert set(help_files()) == {help_page(name) for name in pages()}


@pytest.mark.parametrize("path", help_files())
def test_说明是几句中文短话(path: str) -> None:
    text = told(path)
    sentences = SENTENCE.findall(text)
    assert 3 <= len(sentences) <= 12, sentences
    assert max(len(sentence) for sentence in sentences) <= 75, max(sentences, key=len)
    assert 60 <= len(text) <= 420, len(text)
    assert not re.search(r"[A-Za-z{}]", text)
    assert not re.search(r"[,;:!?()]", text)


def test_按钮与说明在页上(officer: User) -> None:
    page = signed_in(officer).get(reverse("notices:list")).content.decode()
    assert "怎么用</span>" in page
    assert "看过不等于办了" in page
    assert page.count('id="help"') == 1


def test_没有说明的网址没有按钮(client: Client) -> None:
    assert help_page("monitoring:run_progress") == ""
    assert "data-help" not in client.get(reverse("account_login")).content.decode()
