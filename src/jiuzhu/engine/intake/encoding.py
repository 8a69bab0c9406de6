"""文本的编码:UTF-8、GB18030、UTF-16,坏字节换成替代符并计数。"""

import codecs
import io
import time
from dataclasses import dataclass

from .errors import file_error

HEAD = 65_536
PIECE = 262_144
REPLACEMENT = "�"
TOO_DAMAGED = 0.02
FEW_NULS = 16  # 开头一段里夹着几个空字节还是文本,再多就不是了


@dataclass(frozen=True, slots=True)
class Text:
    """一份解码后的文本。``data`` 是 UTF-8 字节(无 BOM);``damaged`` 是替代符个数。

    ``checked`` 为假时 UTF-8 还没有验过。"""

    data: bytes
    encoding: str
    damaged: int = 0
    checked: bool = True


def decode(data: bytes, *, trust_utf8: bool = True) -> Text:
    """认出编码并转成 UTF-8。

    ``trust_utf8``:开头像 UTF-8 就先不逐字节验证(读表时会验,验不过再以 False 调用)。
    错误:不像文本时 not_text。
    """
    if data.startswith(codecs.BOM_UTF8):
        return _utf8(data[3:], "utf-8-sig", trust_utf8)
    for mark, name in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if data.startswith(mark):
            return _replaced(data[2:], name)
    head = data[:HEAD]
    if wide := _utf16_without_mark(head):
        return _replaced(data, wide)
    data = data.rstrip(b"\0")
    if data.count(0, 0, HEAD) > max(FEW_NULS, len(head) * TOO_DAMAGED / 10):
        raise file_error("not_text")
    if _looks_utf8(head):
        return _utf8(data, "utf-8", trust_utf8)
    try:
        return Text(_from_gb18030(data), "gb18030")
    except UnicodeDecodeError:
        return _least_damaged(data)


def _from_gb18030(data: bytes) -> bytes:
    """逐段转成 UTF-8:解码占着解释器锁,每段之后让一让,别的线程里的文件不必等。

    换行不会是一个字的一半,在换行之后断开。错误:UnicodeDecodeError。
    """
    out, view, at = io.BytesIO(), memoryview(data), 0
    while at < len(data):
        end = data.find(b"\n", at + PIECE) + 1 or len(data)
        out.write(str(view[at:end], "gb18030").encode())
        at = end
        time.sleep(0)
    return out.getvalue()


def _utf8(data: bytes, name: str, trust: bool) -> Text:
    if trust:
        return Text(data, name, checked=False)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _least_damaged(data) if name == "utf-8" else _replaced(data, "utf-8", name)
    return Text(data, name)


def _looks_utf8(head: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(head: bytes) -> str | None:
    """没有 BOM 的 UTF-16:分隔符、数字的高字节是 0,集中在奇位(LE)或偶位(BE)。"""
    size = len(head) // 2
    if size < 8 or head.count(0) < size * 0.1:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 8 * odd else None


def _replaced(data: bytes, codec: str, name: str | None = None) -> Text:
    text = data.decode(codec, errors="replace")
    damaged = text.count(REPLACEMENT)
    if damaged > max(4, len(text) * TOO_DAMAGED):
        raise file_error("not_text")
    # 单独的代理码位(半个字)同样换掉,否则不能转成 UTF-8
    return Text(text.encode("utf-8", errors="replace"), name or codec, damaged)


def _least_damaged(data: bytes) -> Text:
    """两种解法里坏得少的一种。"""
    bad = {name: data.decode(name, errors="replace").count(REPLACEMENT) for name in ("utf-8", "gb18030")}
    return _replaced(data, min(bad, key=lambda name: bad[name]))
