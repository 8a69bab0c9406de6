"""一个文件最大多少；超过的当面说清。"""

import io
import zipfile

from jiuzhu.web.documents.kinds import MEBIBYTE, megabytes

from .errors import ExchangeError

LARGEST = 200 * MEBIBYTE
MOST_FILES = 20
MOST_ROWS = 2_000_000
MOST_UNPACKED = 4096 * MEBIBYTE
MOST_RATIO = 200


def too_large(size: int) -> ExchangeError:
    """太大的说法。"""
    return ExchangeError(
        f"文件有 {megabytes(size)}，超过一次 {megabytes(LARGEST)} 的上限，没有收下。"
        "请分成几个文件报（第一个选“全量替换”，其余选“补充”），或请县监测员放进数据文件夹。",
        code="file_size",
        status=413,
    )


def check_rows(rows: int) -> None:
    """行数太多的不收。"""
    if rows > MOST_ROWS:
        raise ExchangeError(
            f"这张表有 {rows:,} 行，超过一批 {MOST_ROWS:,} 行的上限，没有收下。请按乡镇或月份分成几个文件再报。",
            code="too_many_rows",
        )


def check_unpacked(data: bytes) -> None:
    """压缩着的表格解开后大得不正常的，不解。"""
    if not data.startswith(b"PK\x03\x04"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):  # 残缺的文件由接收说明
        return
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * len(data) + MEBIBYTE:
        raise ExchangeError(
            "文件解开后大得不正常，没有收下。请在表格软件里另存一份，删去没有数据的行列再报。", code="file_bomb"
        )
