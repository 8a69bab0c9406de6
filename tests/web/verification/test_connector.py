"""平台接口：真的 HTTPS，签名、慢、错、重、不答、迟到。"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings
from tests.web.cast import every, signed_in

from jiuzhu.web.access.models import User
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.registry.models import Household
from jiuzhu.web.verification.connector.client import Channel, Fault, ask
from jiuzhu.web.verification.models import Connector, Enquiry, Reply
from jiuzhu.web.verification.services import connector_test, enquiries_due, enquiry_send, report_issue
from jiuzhu.web.verification.services.reports import report_data

from .platform import RESULTS, Platform, serving
from .signed import checked

KEY = "0d9c5a34-0000-4000-8000-000000000001"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with serving(tmp_path) as made:
        yield made


def test_签名的请求_验过签名的答复(platform: Platform) -> None:
    answer = ask(platform.channel, KEY, {"people": []})
    assert answer is not None
    assert answer.content["results"] == RESULTS
    assert platform.asked == [{"key": KEY, "people": []}]


@pytest.mark.parametrize(
    ("manner", "code"),
    [("forged", "forged"), ("wrong_key", "mismatched"), ("malformed", "malformed"), ("refused", "refused")],
)
def test_错的假的都不收(platform: Platform, manner: str, code: str) -> None:
    platform.manner = manner
    with pytest.raises(Fault) as caught:
        ask(platform.channel, KEY, {"people": []})
    assert caught.value.code == code


def test_还在办的是空(platform: Platform) -> None:
    platform.manner = "pending"
    assert ask(platform.channel, KEY, {"people": []}) is None


def test_慢的等不到(platform: Platform) -> None:
    platform.manner = "slow"
    with pytest.raises(Fault, match="unreachable"):
        ask(platform.channel, KEY, {"people": []}, seconds=0.3)


def test_不是那个CA发的证书不信(platform: Platform, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "other") as other:
        theirs = Channel(platform.channel.url, other.channel.ca_file, platform.channel.key_file, platform.public)
        with pytest.raises(Fault, match="unreachable"):
            ask(theirs, KEY, {"people": []})
    assert platform.asked == []


@pytest.fixture
def enquiry(
    platform: Platform,
    tmp_path: Path,
    settings: Settings,
    centre: tuple[Actor, Scope],
    homes: Callable[[str], Household],
) -> Enquiry:
    """核对时自动向启用的平台发的一问。"""
    folder = tmp_path / "connectors"
    folder.mkdir()
    for name in ("ca.pem", "county.pem"):
        (folder / name).write_bytes((tmp_path / name).read_bytes())
    settings.HOME = tmp_path
    Connector.objects.create(
        division_code="429998000000", name="省平台", url=platform.channel.url, ca_file="ca.pem", key_file="county.pem",
        peer_key=platform.public, minutes=60,
    )  # fmt: skip
    checked(homes("yes"), *centre)
    return every(Enquiry).get()


def outcomes(enquiry: Enquiry) -> list[str]:
    return list(every(Reply).filter(enquiry=enquiry).values_list("outcome", flat=True))


def test_办好了收下_再答是重复(platform: Platform, enquiry: Enquiry) -> None:
    assert enquiry_send(enquiry_id=enquiry.pk) == "accepted"
    assert enquiry_send(enquiry_id=enquiry.pk) == "duplicate"
    enquiry = every(Enquiry).get()
    assert enquiry.state == "answered"
    assert "互联网金融资产" in enquiry.answer
    assert enquiry.next_at is None
    assert {row["key"] for row in platform.asked} == {str(enquiry.key)}
    assert len(platform.asked[0]["people"]) == len(enquiry.check_run.authorisation.members)


def test_不答的越等越久_到时限算超时_迟到的留着并注明(platform: Platform, enquiry: Enquiry) -> None:
    platform.manner = "pending"
    start = enquiry.asked_at
    waits = []
    moment = start
    for _ in range(4):
        enquiry_send(enquiry_id=enquiry.pk, now=moment)
        following = every(Enquiry).get().next_at
        waits.append((following - moment).total_seconds())
        moment = following
    assert waits == [10, 20, 40, 80]
    late = start + timedelta(minutes=61)
    enquiry_send(enquiry_id=enquiry.pk, now=late)
    assert every(Enquiry).get().state == "timed_out"
    assert enquiry.pk in enquiries_due(late + timedelta(hours=2))
    platform.manner = "right"
    assert enquiry_send(enquiry_id=enquiry.pk, now=late + timedelta(hours=3)) == "late"
    assert every(Enquiry).get().state == "late"
    assert every(Enquiry).get().answer


def test_答复写进报告_答过的不再算没有核对_没答的写明(
    platform: Platform, enquiry: Enquiry, centre: tuple[Actor, Scope], ready: dict[str, User]
) -> None:
    untold = report_data(enquiry.check_run)
    assert {"department": "省平台", "item": "平台查询", "words": "出报告时还没有答复"} in untold["missing"]
    assert "互联网金融资产" in {row["item"] for row in untold["missing"]}
    enquiry_send(enquiry_id=enquiry.pk)
    report_issue(check=enquiry.check_run, actor=centre[0], scope=centre[1])
    told = report_data(enquiry.check_run)
    assert told["sources"][-1]["words"] == "查到余额记录 1 条，300.00 元"
    assert not {"互联网金融资产", "平台查询"} & {row["item"] for row in told["missing"]}
    client = signed_in(ready["青禾.核对中心"])
    page = client.get(f"/verification/checks/{enquiry.check_run_id}/").content.decode()
    assert "互联网金融资产" in page
    assert "非银行支付机构" not in page
    counted = client.get("/verification/connectors/").content.decode()
    assert 'data-label="已答">1' in counted


def test_冒名的不收_接着再问(platform: Platform, enquiry: Enquiry) -> None:
    platform.manner = "forged"
    assert enquiry_send(enquiry_id=enquiry.pk) == "forged"
    row = every(Enquiry).get()
    assert row.state == "waiting"
    assert row.answer == ""
    assert row.next_at is not None
    platform.manner = "right"
    assert enquiry_send(enquiry_id=enquiry.pk) == "accepted"
    assert outcomes(row) == ["forged", "accepted"]


def test_超时太久不再问(platform: Platform, enquiry: Enquiry) -> None:
    platform.manner = "refused"
    enquiry_send(enquiry_id=enquiry.pk, now=enquiry.asked_at + timedelta(days=8))
    assert every(Enquiry).get().next_at is None
    assert enquiries_due(timezone.now() + timedelta(days=9)) == []


def test_试一试_通与不通都说得出(platform: Platform, enquiry: Enquiry, centre: tuple[Actor, Scope]) -> None:
    connector = every(Connector).get()
    assert connector_test(connector=connector, actor=centre[0]) == "ok"
    platform.manner = "forged"
    assert connector_test(connector=connector, actor=centre[0]) == "签名不对，拒收"
    connector.key_file = "没有.pem"
    assert connector_test(connector=connector, actor=centre[0]) == "没有找到私钥文件。"
