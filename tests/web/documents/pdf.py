"""读回 PDF 里的字。"""

from io import BytesIO

import pytest


def pages_of(content: bytes) -> list[str]:
    """每页的文字。"""
    pypdf = pytest.importorskip("pypdf")
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]
