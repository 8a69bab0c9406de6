"""逐字标出不同：差一位、颠倒、多少一字、形近；相同的遮着；为什么拿不准。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.web.exchange.comparing import Piece, compared, marked, why_doubtful

NUMBER = "420999196110222410"


def told(pieces: tuple[Piece, ...]) -> list[tuple[str, str]]:
    return [(piece.text, piece.mark) for piece in pieces if piece.mark != "same"]


@pytest.mark.parametrize(
    ("ours", "theirs", "left", "right"),
    [
        (NUMBER, NUMBER, [], []),
        ("420999196110232410", NUMBER, [("3", "different")], [("2", "different")]),
        ("420999196101222410", NUMBER, [("01", "swapped")], [("10", "swapped")]),
        ("42099919611022410", NUMBER, [], [("2", "extra")]),
        ("秦俊艳", "秦俊燕", [("艳", "alike")], [("燕", "alike")]),
        ("刘晨", "刘浩晨", [], [("浩", "extra")]),
        ("李莫愁", "李愁莫", [("莫愁", "swapped")], [("愁莫", "swapped")]),
        ("叶珠雨", "秦俊燕", [("叶珠雨", "different")], [("秦俊燕", "different")]),
    ],
)
def test_标出不同(ours, theirs, left, right):
    one, other = marked(ours, theirs)
    assert told(one) == left
    assert told(other) == right


@given(st.text("0123456789X", max_size=20), st.text("0123456789X", max_size=20))
def test_各段合起来就是原文_两边相同的段一样(ours, theirs):
    one, other = marked(ours, theirs)
    assert "".join(piece.text for piece in one) == ours
    assert "".join(piece.text for piece in other) == theirs
    same = ["".join(piece.text for piece in side if piece.mark == "same") for side in (one, other)]
    assert same[0] == same[1]


def test_相同的遮着_不同的露出来():
    (name, number) = compared(
        {"name": "秦俊艳", "id_number": "420999196110232410"}, {"name": "秦俊燕", "id_number": NUMBER}
    )
    assert "".join(piece.text for piece in name.ours) == "秦*艳"
    assert "".join(piece.text for piece in number.ours) == "4209" + "*" * 9 + "3" + "2410"
    assert "".join(piece.text for piece in number.theirs) == "4209" + "*" * 9 + "2" + "2410"
    assert (name.verdict, number.verdict) == ("different", "different")


def test_要看全文时一字不遮():
    (line,) = compared({"id_number": NUMBER}, {"id_number": NUMBER}, plain=True)
    assert "".join(piece.text for piece in line.ours) == NUMBER
    assert line.verdict == "same"


def test_为什么拿不准():
    him = {"name": "叶珠雨", "id_number": NUMBER, "village_code": "420999111222"}
    assert "错用了家人的号码" in why_doubtful({"name": "秦俊燕", "id_number": NUMBER}, [him, {"name": "秦俊燕"}])[0]
    assert "没有证件号码" in why_doubtful({"name": "叶珠雨"}, [him])[0]
    assert "残缺" in why_doubtful({"name": "叶珠雨", "id_number": "4209991961"}, [him])[0]
    assert "同样像" in "".join(why_doubtful({"name": "叶珠雨"}, [him, him]))
    far = why_doubtful({"name": "叶珠雨", "village_code": "420999103207"}, [him])
    assert "不在一个乡镇" in "".join(far)
