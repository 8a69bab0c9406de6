"""印机：只管把一份模板和数据排成 PDF 或 PNG，不认识 Django。

平常在本进程里排。排版程序会记住最近十来份的中间结果，几千行的名单一份就占上百兆，所以大份的另起一个进程
（``python -m jiuzhu.web.documents.press``，数据走管道，不落盘），排完即退，内存全数归还。
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import typst

PAPERS = Path(__file__).parent / "papers"
NOWHERE = PAPERS / "no-packages"  # 没有这个文件夹：外部的包一律找不到，也不去下载
STANDARD = "a-2u"
LARGE = 32_000  # 数据超过这么多字的，另起进程
SECONDS = 300


class PressError(Exception):
    """排不出来：``message`` 是排版程序的话（可能引用数据，不进日志），``where`` 是模板里的位置。"""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(where)
        self.message = message
        self.where = where


@dataclass(frozen=True)
class Job:
    """一份活：模板、JSON 数据、各用途的字体、字体文件夹、落款日期的秒数。``tagged`` 给读屏软件加结构标记。"""

    file: str
    data: str
    faces: dict[str, list[str]]
    folders: Sequence[str]
    timestamp: int
    tagged: bool = True


def pdf(job: Job) -> bytes:
    """排成 PDF/A-2u。"""
    if len(job.data) > LARGE:
        return _apart(job)
    content: bytes = _compile(job, format="pdf", pdf_standards=[STANDARD], pdf_tags=job.tagged)
    return content


def pages(job: Job, ppi: float) -> list[bytes]:
    """排成每页一张的 PNG。"""
    found = _compile(job, format="png", ppi=ppi)
    return found if isinstance(found, list) else [found]


@cache
def fonts_in(folders: tuple[str, ...]) -> typst.Fonts:
    """读一次字体，各次共用。"""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def _compile(job: Job, **options: Any) -> Any:
    inputs = {"data": job.data, "faces": json.dumps(job.faces)}
    compiler = typst.Compiler(
        root=PAPERS, font_paths=fonts_in(tuple(job.folders)), package_path=NOWHERE, package_cache_path=NOWHERE
    )
    try:
        return compiler.compile(PAPERS / job.file, sys_inputs=inputs, timestamp=job.timestamp, **options)
    except typst.TypstError as error:
        place = error.diagnostic.partition("┌─ ")[2].partition("\n")[0]
        raise PressError(error.message, place) from error


def _apart(job: Job) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "jiuzhu.web.documents.press"],
            input=json.dumps(asdict(job)).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise PressError("timeout") from error
    if done.returncode == 0:
        return done.stdout
    try:
        told = json.loads(done.stderr)
    except ValueError:
        told = {"message": "crash", "where": f"exit {done.returncode}"}
    raise PressError(told["message"], told["where"])


def main() -> int:
    """从标准输入读一份活，PDF 写到标准输出；排不出时把原因写到标准错误。"""
    job = Job(**json.load(sys.stdin.buffer))
    try:
        content = _compile(job, format="pdf", pdf_standards=[STANDARD], pdf_tags=job.tagged)
    except PressError as error:
        sys.stderr.write(json.dumps({"message": error.message, "where": error.where}))
        return 1
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
