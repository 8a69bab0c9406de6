"""附件的内容检查：按内容认格式，不信扩展名与浏览器报的类型；有害的、读不了的当面退回。"""

import io
import re
import unicodedata
import zipfile
from pathlib import PurePosixPath

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

from . import kinds
from .errors import UploadError
from .kinds import CSV, DOCX, JPEG, PDF, PNG, TXT, WEBP, XLSX, UploadKind

MAX_PIXELS = 40_000_000
MAX_UNPACKED = 300 << 20
MAX_RATIO = 200
MAX_MEMBERS = 5000
NAME_LENGTH = 120
PILLOW_FORMATS = {"JPEG": JPEG, "MPO": JPEG, "PNG": PNG, "WEBP": WEBP}
OFFICE_MEMBERS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX}
ACTIVE = re.compile(r"(vbaproject\.bin|activex/|macrosheets/|oleobject\d*\.bin)", re.IGNORECASE)
PDF_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
HEIC = re.compile(rb"^....ftyp(heic|heix|hevc|mif1|msf1|heim|heis)", re.DOTALL)
UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def inspect(content: bytes, *, name: str, kind: UploadKind) -> str:
    """认出格式并查验，返回内容类型；收不下的抛 ``UploadError``，说明什么、为什么、怎么办。"""
    if not content:
        raise UploadError("这是一个空文件，没有收下。请看看原文件能不能打开，再传一次。", code="upload_empty")
    if len(content) > kind.limit:
        raise too_large(len(content), kind)
    found = _detect(content, name)
    if found not in kind.formats:
        wanted = "、".join(kinds.format_title(code) for code in kinds.FORMATS if code in kind.formats)
        raise UploadError(
            f"“{kind.title}”不收{kinds.format_title(found)}，没有收下。可以传：{wanted}；或者换一个种类。",
            code="upload_format",
        )
    return found


def too_large(size: int, kind: UploadKind) -> UploadError:
    """太大的说法。"""
    return UploadError(
        f"文件有 {kinds.megabytes(size)}，超过“{kind.title}”的上限 {kinds.megabytes(kind.limit)}，没有收下。"
        "请拍小一些、降低扫描分辨率，或分成几份再传。",
        code="upload_size",
        status=413,
    )


def clean_name(name: str) -> str:
    """给人看的原文件名：去掉路径、控制字符与会骗眼睛的方向符，过长的从中间截短。"""
    bare = PurePosixPath(unicodedata.normalize("NFC", name).replace("\\", "/")).name
    text = UNSAFE.sub("", bare).strip(" .")
    if len(text) > NAME_LENGTH:
        stem, dot, suffix = text.rpartition(".")
        keep = NAME_LENGTH - len(suffix) - 2
        text = f"{stem[:keep]}….{suffix}" if dot and len(suffix) < 10 else text[:NAME_LENGTH]
    return text or "未命名"


def preview(content: bytes, *, longest: int = 1600) -> bytes:
    """预览用的图：转正、缩小、重新编码成 JPG，不带拍摄地点等附加信息。"""
    with Image.open(io.BytesIO(content)) as image:
        image.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    upright.thumbnail((longest, longest))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=82)
    return out.getvalue()


def _detect(content: bytes, name: str) -> str:
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if HEIC.match(content[:16]):
        raise UploadError(
            "这是苹果手机的 HEIC 照片，别处打不开，没有收下。请在手机“设置—相机—格式”里选“兼容性最佳”再拍，"
            "或把照片另存为 JPG 再传。",
            code="upload_format",
        )
    if (image := _image(content)) is not None:
        return image
    if (text := _text(content, name)) is not None:
        return text
    raise UploadError(
        f"{_guess(content)}不在可收的格式之内，没有收下。请传图片（JPG、PNG）、PDF、Word（docx）或 Excel（xlsx）。",
        code="upload_format",
    )


def _image(content: bytes) -> str | None:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP"]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise UploadError(
                    f"图片有 {width * height // 10_000} 万像素，超过 {MAX_PIXELS // 10_000} 万，没有收下。"
                    "请把图片缩小，或用普通模式重拍。",
                    code="upload_pixels",
                )
            found = PILLOW_FORMATS[image.format or ""]
            image.load()
    except UnidentifiedImageError:
        return None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UploadError(
            "图片不完整，打不开，没有收下。多半是传的时候断了，或原文件已损坏；请打开原图看看，再传一次。",
            code="upload_damaged",
        ) from error
    return found


def _pdf(content: bytes) -> str:
    if b"%%EOF" not in content[-2048:]:
        raise UploadError("PDF 不完整（缺结尾），没有收下。请重新下载或扫描一份，再传一次。", code="upload_damaged")
    if any(mark in content for mark in PDF_ACTIVE):
        raise UploadError(
            "PDF 里带有脚本、程序或附件，可能有害，没有收下。请用“打印为 PDF”另存一份再传。", code="upload_active"
        )
    return PDF


def _office(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _bounded(members, len(content))
            names = {member.filename for member in members}
            found = next((code for member, code in OFFICE_MEMBERS.items() if member in names), None)
            if found is None or "[Content_Types].xml" not in names:
                raise UploadError(
                    "这是压缩包，或不认识的文档，没有收下。请解压后逐个上传图片、PDF、docx 或 xlsx。",
                    code="upload_format",
                )
            types = archive.read("[Content_Types].xml")
            if b"macroEnabled" in types or any(ACTIVE.search(name) for name in names):
                raise UploadError(
                    "文件里带有宏或嵌入的程序，可能有害，没有收下。请另存为不带宏的 docx、xlsx，或打印为 PDF 再传。",
                    code="upload_active",
                )
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError, OSError) as error:
        raise UploadError(
            "文件不完整或设了密码，打不开，没有收下。请去掉密码，或重新存一份再传。", code="upload_damaged"
        ) from error
    return found


def _bounded(members: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(member.file_size for member in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * packed + (1 << 20):
        raise UploadError(
            "文件解开后大得不正常，可能有害，没有收下。请删去不用的内容另存一份，或打印为 PDF 再传。",
            code="upload_bomb",
        )
    if any(member.flag_bits & 1 for member in members):
        raise ValueError("加密的压缩包")


def _text(content: bytes, name: str) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
            return None
        return CSV if name.lower().endswith(".csv") else TXT
    return None


def _guess(content: bytes) -> str:
    try:
        found = puremagic.magic_string(content[:4096])
    except (puremagic.PureError, ValueError):
        found = []
    suffix = next((match.extension for match in found if match.extension), "").lstrip(".").upper()
    return f"这个文件的内容像是 {suffix}，" if suffix else "认不出这个文件的格式，"
