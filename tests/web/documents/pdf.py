"""读回 PDF 里的字。"""

from io import BytesIO

import pypdf


def pages_of(content: bytes) -> list[str]:
    """每页的文字。"""
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]
