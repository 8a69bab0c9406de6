"""造各种样子的文件：好的、坏的、有害的。"""

import io
import zipfile

from PIL import Image
from PIL.Image import Exif

TYPES = b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(format: str = "JPEG", size: tuple[int, int] = (60, 40), *, located: bool = False) -> bytes:
    """一张图；``located`` 带拍摄地点与机型。"""
    exif = Exif()
    if located:
        exif[0x010F] = "TestPhone"
        exif.get_ifd(0x8825)[1] = "N"
        exif.get_ifd(0x8825)[2] = (31.0, 15.0, 30.0)
    out = io.BytesIO()
    Image.new("RGB", size, (200, 60, 60)).save(out, format, exif=exif)
    return out.getvalue()


def package(*members: str, types: bytes = TYPES, filler: int = 0) -> bytes:
    """一个 zip；``filler`` 是塞进去的零的个数。"""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for member in members:
            archive.writestr(member, b"<x/>")
        if filler:
            archive.writestr("xl/media/image1.bmp", b"\0" * filler)
    return out.getvalue()


DOCX = package("word/document.xml")
XLSX = package("xl/workbook.xml")
