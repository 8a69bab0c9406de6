"""附件的种类：各收哪些格式、多大为限。"""

from dataclasses import dataclass

MEBIBYTE = 1 << 20
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, TXT = "text/csv", "text/plain"

IMAGES = frozenset({JPEG, PNG, WEBP})
SCANS = IMAGES | {PDF}
PAPERS = SCANS | {DOCX}
ANY = PAPERS | {XLSX, CSV, TXT}

# 格式：中文名与下载时用的扩展名
FORMATS = {
    JPEG: ("JPG 图片", "jpg"),
    PNG: ("PNG 图片", "png"),
    WEBP: ("WebP 图片", "webp"),
    PDF: ("PDF 文件", "pdf"),
    DOCX: ("Word 文档", "docx"),
    XLSX: ("Excel 表格", "xlsx"),
    CSV: ("CSV 表格", "csv"),
    TXT: ("文本文件", "txt"),
}


@dataclass(frozen=True)
class UploadKind:
    """一种附件。``limit`` 是字节数。"""

    title: str
    formats: frozenset[str] = SCANS
    limit: int = 20 * MEBIBYTE


KINDS: dict[str, UploadKind] = {
    "id_card": UploadKind("身份证件"),
    "household_register": UploadKind("户口簿"),
    "application": UploadKind("申请与授权", PAPERS),
    "medical": UploadKind("病历与诊断", PAPERS, 40 * MEBIBYTE),
    "invoice": UploadKind("发票与票据"),
    "bank": UploadKind("银行流水", SCANS | {XLSX, CSV}),
    "contract": UploadKind("合同与证明", PAPERS, 40 * MEBIBYTE),
    "photo": UploadKind("照片", IMAGES),
    "minutes": UploadKind("会议与评议记录", PAPERS),
    "other": UploadKind("其他", ANY),
    "policy": UploadKind("政策文件", frozenset({PDF, DOCX}), 40 * MEBIBYTE),
}
KIND_CHOICES = [(code, kind.title) for code, kind in KINDS.items()]
PANEL_CHOICES = [(code, title) for code, title in KIND_CHOICES if code != "policy"]  # 政策文件另有自己的页
LARGEST = max(kind.limit for kind in KINDS.values())


def format_title(content_type: str) -> str:
    """格式的中文名。"""
    return FORMATS[content_type][0]


def megabytes(size: int) -> str:
    """字节数的写法：不足 1 MB 的写 KB。"""
    return f"{size / MEBIBYTE:.1f} MB" if size >= MEBIBYTE else f"{max(1, round(size / 1024))} KB"
