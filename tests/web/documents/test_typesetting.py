"""排版：样样排得出、字读得回、同样的数据同样的字节。"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pytest_django import Settings

from jiuzhu.web.documents import press
from jiuzhu.web.documents.errors import PaperError
from jiuzhu.web.documents.papers import TEMPLATES
from jiuzhu.web.documents.typesetting import compile_pages, compile_paper

from .pdf import pages_of
from .samples import FILE, LIST, REFUSAL, SAMPLES

CODE = "7K2M-9QXH-4TPA-WCR8"


def text_of(content: bytes) -> str:
    return "".join("".join(pages_of(content)).split())


def test_every_template_has_a_sample() -> None:
    assert set(SAMPLES) == set(TEMPLATES)


@pytest.mark.parametrize("code", SAMPLES)
def test_text_can_be_read_back(code: str) -> None:
    data = {**SAMPLES[code], "number": "测民救核〔2026〕12号", "code": CODE}
    data.setdefault("title", TEMPLATES[code].title)
    text = text_of(compile_paper(TEMPLATES[code].file, data))
    assert data["title"] in text
    assert CODE in text
    assert data["organisation"] in text
    assert "2026年11月22日" in text
    for wanted in words(data):
        assert "".join(wanted.split()) in text


def words(data: Any) -> list[str]:
    """样例里该印出来的字句。"""
    skipped = {"date", "received_on", "decide_by", "return_by", "from", "to", "align", "as_of", "valid_until", "since"}
    if isinstance(data, dict):
        return [text for key, value in data.items() if key not in skipped for text in words(value)]
    if isinstance(data, list):
        return [text for value in data for text in words(value)]
    return [data] if isinstance(data, str) and data != "测民救核〔2026〕12号" else []


@pytest.mark.parametrize("code", SAMPLES)
def test_same_data_same_bytes(code: str) -> None:
    file = TEMPLATES[code].file
    assert compile_paper(file, SAMPLES[code]) == compile_paper(file, dict(SAMPLES[code]))


@pytest.mark.parametrize("code", SAMPLES)
def test_pages_are_a4_with_ink(code: str) -> None:
    for page in compile_pages(TEMPLATES[code].file, SAMPLES[code], ppi=48):
        with Image.open(BytesIO(page)) as image:
            assert image.size == (397, 561)
            darkest, _ = image.convert("L").getextrema()
            assert darkest < 60


def test_data_is_text_not_markup() -> None:
    tricks = ['#import "@preview/x:1.0.0": *', "$x^2$", "= 标题", "*粗*", "\\ #panic()"]
    text = text_of(compile_paper("refusal.typ", REFUSAL | {"facts": tricks}))
    for trick in tricks:
        assert "".join(trick.split()) in text


def test_list_repeats_head_and_counts_pages() -> None:
    pages = pages_of(compile_paper("list.typ", LIST))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = "".join(page.split())
        assert "主要原因" in text
        assert f"第{number}页共{len(pages)}页" in text
        assert text.count("刘晓燕青禾县民政局2026年11月22日10:30") >= 2  # 斜的水印与页脚


def test_list_of_thousands_of_rows() -> None:
    rows = [[str(n), f"H{n:05d}", "12.5", "柳树村", "自付医疗费高"] for n in range(3000)]
    pages = pages_of(compile_paper("list.typ", LIST | {"rows": rows}))
    assert "H02999" in "".join(pages[-1].split())


def test_large_list_is_set_apart_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = compile_paper("list.typ", LIST)
    monkeypatch.setattr(press, "LARGE", 10**9)
    assert compile_paper("list.typ", LIST) == apart


def test_trouble_apart_is_told_the_same_way() -> None:
    rows = [[str(n), "H1", "1", "村", "近12个月自付医疗费超过家庭年收入一半"] for n in range(1000)]
    with pytest.raises(PaperError) as error:
        compile_paper("list.typ", LIST | {"rows": [*rows, ["1", "H1", "1", "村", "张𱎂"]]})
    assert error.value.code == "paper_glyph"


def test_rare_character_in_a_name_prints() -> None:
    assert "䶮㛃" in text_of(compile_paper("refusal.typ", REFUSAL | {"applicant": "䶮㛃"}))


def test_character_no_font_has_is_refused_not_boxed() -> None:
    with pytest.raises(PaperError) as error:
        compile_paper("refusal.typ", REFUSAL | {"applicant": "张𱎂"})
    assert error.value.code == "paper_glyph"
    assert "𱎂" in error.value.message


def test_missing_key_tells_no_content() -> None:
    data = {key: value for key, value in FILE.items() if key != "sections"}
    with pytest.raises(PaperError) as error:
        compile_paper("file.typ", data)
    assert error.value.code == "paper_template"
    assert "张守田" not in str(error.value.context)


def test_without_fonts_says_what_to_do(settings: Settings, tmp_path: Path) -> None:
    settings.FRONTEND_DIR = tmp_path
    with pytest.raises(PaperError) as error:
        compile_paper("refusal.typ", REFUSAL)
    assert error.value.code == "paper_fonts"
    assert "JIUZHU_FRONTEND" in error.value.message
