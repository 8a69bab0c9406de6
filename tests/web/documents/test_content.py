"""内容检查：按内容认格式，坏的、有害的退回并说明怎么办。"""

import io

import pytest
from PIL import Image

from jiuzhu.web.documents import content, kinds
from jiuzhu.web.documents.errors import UploadError
from jiuzhu.web.documents.kinds import KINDS, UploadKind

from .files import DOCX, PDF, XLSX, package, picture

OTHER = KINDS["other"]
GOOD = {
    "照片.jpg": (picture(), kinds.JPEG),
    "图.png": (picture("PNG"), kinds.PNG),
    "图.webp": (picture("WEBP"), kinds.WEBP),
    "其实是图.txt": (picture("PNG"), kinds.PNG),
    "证明.pdf": (PDF, kinds.PDF),
    "证明.docx": (DOCX, kinds.DOCX),
    "流水.xlsx": (XLSX, kinds.XLSX),
    "流水.csv": ("日期,金额\n2026-01-01,12.5\n".encode(), kinds.CSV),
    "说明.txt": ("情况说明".encode("gb18030"), kinds.TXT),
}
PIXEL_BOMB = io.BytesIO()
Image.new("1", (8000, 6000)).save(PIXEL_BOMB, "PNG")
BAD = {
    "空.pdf": (b"", "upload_empty"),
    "半张.jpg": (picture(size=(400, 400))[:-200], "upload_damaged"),
    "半份.pdf": (PDF[:30], "upload_damaged"),
    "脚本.pdf": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>"), "upload_active"),
    "宏.docx": (package("word/document.xml", "word/vbaProject.bin"), "upload_active"),
    "宏.xlsm": (
        package("xl/workbook.xml", types=b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"),
        "upload_active",
    ),
    "控件.xlsx": (package("xl/workbook.xml", "xl/activeX/activeX1.bin"), "upload_active"),
    "压缩包.zip": (package("a.txt"), "upload_format"),
    "炸弹.xlsx": (package("xl/workbook.xml", filler=400 << 20), "upload_bomb"),
    "断了.docx": (DOCX[:60], "upload_damaged"),
    "巨图.png": (PIXEL_BOMB.getvalue(), "upload_pixels"),
    "程序.exe": (b"MZ\x90\x00" + b"\0" * 200, "upload_format"),
    "照片.heic": (b"\0\0\0\x18ftypheic" + b"\0" * 40, "upload_format"),
    "动画.gif": (b"GIF89a" + b"\0" * 40, "upload_format"),
}


@pytest.mark.parametrize("name", GOOD)
def test_format_is_found_by_content(name: str) -> None:
    data, wanted = GOOD[name]
    assert content.inspect(data, name=name, kind=OTHER) == wanted


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_advice(name: str) -> None:
    data, code = BAD[name]
    with pytest.raises(UploadError) as error:
        content.inspect(data, name=name, kind=OTHER)
    assert error.value.code == code
    assert "没有收下" in error.value.message
    assert "请" in error.value.message


def test_kind_limits_format_and_size() -> None:
    with pytest.raises(UploadError) as error:
        content.inspect(XLSX, name="证件.xlsx", kind=KINDS["id_card"])
    assert error.value.code == "upload_format"
    assert "JPG 图片" in error.value.message
    with pytest.raises(UploadError) as error:
        content.inspect(PDF, name="大.pdf", kind=UploadKind("小件", limit=20))
    assert error.value.code == "upload_size"


def test_preview_has_no_location_and_is_small() -> None:
    photo = picture(size=(3000, 2000), located=True)
    with Image.open(io.BytesIO(photo)) as image:
        assert image.getexif().get_ifd(0x8825)
    with Image.open(io.BytesIO(content.preview(photo))) as image:
        assert not image.getexif()
        assert image.size == (1600, 1067)
    assert b"TestPhone" not in content.preview(photo)


def test_preview_of_transparent_picture() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert content.preview(out.getvalue()).startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\证件\\张三身份证.jpg", "张三身份证.jpg"),
        ("../../etc/passwd", "passwd"),
        ("发票\u202egpj.exe", "发票gpj.exe"),
        ("换\r\n行.pdf", "换行.pdf"),
        ("...", "未命名"),
        ("长" * 300 + ".pdf", "长" * 115 + "….pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert content.clean_name(given) == kept
