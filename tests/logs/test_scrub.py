"""日志里的个人信息：各种写法都抹掉，别的数不误伤。"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiuzhu.logs import scrub
from jiuzhu.logs.scrub import ACCOUNT, ID_NUMBER, NAME, PHONE, SECRET

DIGITS = st.text("0123456789", min_size=3, max_size=3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("证件号 420901199001011234 有误", f"证件号 {ID_NUMBER} 有误"),
        ("42090119900101123X", ID_NUMBER),
        ("id42090119900101123xabc", f"id{ID_NUMBER}abc"),
        ("420901 19900101 1234", ID_NUMBER),
        ("420901-19900101-123X", ID_NUMBER),
        ("４２０９０１１９９００１０１１２３Ｘ", ID_NUMBER),
        ("老证 420901900101123 号", f"老证 {ACCOUNT} 号"),
        ("两个连着 420901199001011234420901199001011235", f"两个连着 {ACCOUNT}"),
        ("电话13812345678。", f"电话{PHONE}。"),
        ("+86 138-1234-5678", PHONE),
        ("138 1234 5678", PHONE),
        ("座机 0712-2345678", f"座机 {PHONE}"),
        ("卡号 6222021234567890123", f"卡号 {ACCOUNT}"),
        ("6222 0212 3456 7890 123", ACCOUNT),
        ("姓名：张三，女", f"姓名：{NAME}，女"),
        ("{'name': '欧阳娜娜'}", f"{{'name': '{NAME}'}}"),
        ("postgresql://u:p%40ss@db:5432/x", f"postgresql://u:{SECRET}@db:5432/x"),
        ("password='s3cret!' 不对", f"password='{SECRET}' 不对"),
    ],
)
def test_抹掉(text: str, shown: str) -> None:
    assert scrub(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "区划 420901001001 的 1234 户",
        "2026-11-22 00:42:10.123456",
        "20261122 第 12 批",
        "金额 1,234,567.89 元",
        "HPDCC2NQEOSL4TL3P",
        "任务 process_timer[1234567890]",
        "姓名不能为空",
        "姓名：必填",
        "4209**********1234 138****1234",
        "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    ],
)
def test_别的不动(text: str) -> None:
    assert scrub(text) == text


@given(before=st.text("甲乙,: abc", max_size=6), area=st.from_regex(r"[1-8]\d{5}", fullmatch=True), tail=DIGITS,
       day=st.dates(), check=st.sampled_from("0123456789Xx"))  # fmt: skip
def test_任何证件号都不留(before: str, area: str, tail: str, day: object, check: str) -> None:
    number = f"{area}{day:%Y%m%d}{tail}{check}".zfill(18)
    assert number[:17] not in scrub(f"{before}{number}{before}")


@given(text=st.text(max_size=80))
def test_抹两次与抹一次相同(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once
