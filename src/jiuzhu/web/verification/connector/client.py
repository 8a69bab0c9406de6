"""一次往来：签好的请求经 HTTPS 发出去，验回来的签名。

平台答 200 是办好了，202 是还在办；正文是 JSON：``{"key": 幂等键, "results": [{"item", "text", "figure"}]}``。
"""

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .signing import ANSWER, REQUEST, KeyFault, Signed, private_key, public_key, sign, verified

SECONDS = 20
LARGEST = 2_000_000


class Fault(Exception):
    """没有办成：``code`` 是 ``Reply.Outcome`` 的一种。"""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Channel:
    """到一个平台的通道。"""

    url: str
    ca_file: Path | None
    key_file: Path
    peer_key: str


@dataclass(frozen=True)
class Answer:
    """平台的答复；``body`` 是验过签名的原文。"""

    body: bytes
    content: dict[str, Any]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """不跟着转到别处去。"""


def ask(channel: Channel, key: str, question: Mapping[str, Any], *, seconds: float = SECONDS) -> Answer | None:
    """问一次。还在办返回 ``None``；没有办成抛 ``Fault``，设置不对抛 ``KeyFault``。"""
    body = json.dumps({**question, "key": key}, ensure_ascii=False, sort_keys=True).encode()
    try:
        private = private_key(channel.key_file.read_bytes())
    except OSError as error:
        raise KeyFault("没有找到私钥文件。") from error
    peer = public_key(channel.peer_key.encode())
    signed = sign(private, REQUEST, datetime.now(UTC).isoformat(timespec="seconds"), key, body)
    status, headers, content = _post(channel, body, signed.headers(), seconds)
    if status == 202:
        return None
    if status != 200:
        raise Fault("refused")
    theirs = Signed(
        headers.get("X-Jiuzhu-Time", ""), headers.get("X-Jiuzhu-Key", ""), headers.get("X-Jiuzhu-Signature", "")
    )
    if not verified(peer, ANSWER, theirs, content):
        raise Fault("forged")
    return Answer(content, _read(content, key, theirs))


def _post(channel: Channel, body: bytes, headers: dict[str, str], seconds: float) -> tuple[int, Any, bytes]:
    if not channel.url.startswith("https://"):
        raise KeyFault("接口地址要以 https:// 开头。")
    try:
        context = ssl.create_default_context(cafile=str(channel.ca_file) if channel.ca_file else None)
    except OSError as error:
        raise KeyFault("CA 证书读不出来。") from error
    request = urllib.request.Request(
        channel.url, data=body, headers={"Content-Type": "application/json", **headers}, method="POST"
    )
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirect())
    try:
        with opener.open(request, timeout=seconds) as answer:
            return answer.status, answer.headers, answer.read(LARGEST)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, b""
    except OSError as error:
        raise Fault("unreachable") from error


def _read(body: bytes, key: str, signed: Signed) -> dict[str, Any]:
    try:
        content = json.loads(body)
        results = content["results"]
        told = [(str(row["item"]), str(row["text"])) for row in results]
    except (ValueError, TypeError, KeyError) as error:
        raise Fault("malformed") from error
    if content.get("key") != key or signed.key != key:
        raise Fault("mismatched")
    assert len(told) == len(results)
    return dict(content)
