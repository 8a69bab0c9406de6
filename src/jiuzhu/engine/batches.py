"""一批数据:一个部门文件(或一次取数)接收成的一张表,和存放它的批次库。

接收只做一次:规范表连同隔离、忽略的行封存起来,以后每次运行直接取用。表里有姓名、证件号,
落盘前由使用者给的 ``seal`` 加密(网页用 SM4-GCM);本模块不管密钥。
"""

import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from jiuzhu.engine.catalog import Catalog
from jiuzhu.engine.errors import EngineError
from jiuzhu.engine.intake import Intake
from jiuzhu.engine.intake.folder import bad_rows, batch_entry, ignored_rows, read_file
from jiuzhu.engine.intake.report import BATCHES, FAULTY, IGNORED, QUARANTINE, stack
from jiuzhu.engine.intake.table import Chosen, TableResult

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")
SUFFIX = ".batch"
FRAMES = ("rows", "quarantine", "ignored", "faulty")
UNKEYED = pl.DataFrame(schema={"file": pl.String, "row": pl.Int64})


class BatchError(EngineError):
    """批次库里没有这一批,或封存的内容读不出来。"""

    code = "no_batch"


@dataclass(frozen=True)
class BatchIntake:
    """一张表接收的结果。``source`` 为空文字是没有认出,``rows`` 这时没有行。

    ``rows`` 是规范表(file、row 加该来源的全部字段);``quarantine``、``ignored`` 的列见 docs/engine.md 第 2 节;
    ``report`` 的键:file source encoding rows_read rows_accepted rows_quarantined rows_ignored unknown_columns。
    ``faulty`` 是有问题的行原样的各格(``row cells``),``layout`` 是列的对应,改好后凭它们重收(intake.retake)。
    """

    source: str
    rows: pl.DataFrame
    quarantine: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=QUARANTINE))
    ignored: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=IGNORED))
    report: Mapping[str, Any] = field(default_factory=dict)
    faulty: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FAULTY))
    layout: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """文件名(一个工作簿几张表的,「文件名#表名」)。"""
        return str(self.report.get("file") or "")

    def labelled(self, label: str) -> "BatchIntake":
        """换一个文件名:两批文件同名时,使用者用它区别。"""
        name = pl.lit(label).alias("file")
        return replace(
            self,
            rows=self.rows.with_columns(name),
            quarantine=self.quarantine.with_columns(name),
            ignored=self.ignored.with_columns(name),
            report={**self.report, "file": label},
        )


def read_batch(
    path: Path,
    *,
    label: str,
    catalog: Catalog,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
) -> list[BatchIntake]:
    """接收一个文件,每张表一个结果;``label`` 是结果里的文件名。

    ``source`` 给了就不再认来源,``mapping`` 是人改正过的列(原样表头 → 字段 key,空文字为不用这一列)。
    读不了、认不出的文件也有一个结果:``source`` 为空文字,隔离表里一条说明(行号 0)。
    """
    chosen = None if source is None else Chosen(catalog[source], mapping or {})
    return [batch_of(result) for result in read_file(path, label, catalog, chosen)]


def gather(batches: Iterable[BatchIntake], catalog: Catalog) -> Intake:
    """几批合成一次运行的输入:同一来源的接成一张表,次序即给出的次序。"""
    every = list(batches)
    parts: dict[str, list[pl.DataFrame]] = {}
    for batch in every:
        if batch.source:
            parts.setdefault(batch.source, []).append(batch.rows.cast(dict(catalog[batch.source].schema)))  # type: ignore[arg-type]
    return Intake(
        tables={key: pl.concat(parts[key]) for key in catalog.sources if key in parts},
        batches=pl.DataFrame([{**batch.report, "source": batch.source or None} for batch in every], schema=BATCHES),
        quarantine=stack([batch.quarantine for batch in every], QUARANTINE),
        ignored=stack([batch.ignored for batch in every], IGNORED),
    )


class BatchStore:
    """一个文件夹,一批一个封存的文件。写到一半断电不留残缺:先写在旁边,写完才换上。"""

    def __init__(self, folder: Path, *, seal: Callable[[bytes], bytes], unseal: Callable[[bytes], bytes]) -> None:
        self.folder = folder
        self._seal = seal
        self._unseal = unseal

    def write(self, key: str, intake: BatchIntake) -> None:
        """封存一批;同名的换掉。"""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(key)
        fresh = path.with_suffix(f".{os.getpid()}.writing")
        fresh.write_bytes(self._seal(_packed(intake)))
        fresh.replace(path)

    def read(self, key: str, frames: Collection[str] = FRAMES) -> BatchIntake:
        """取出一批;``frames`` 只要其中几张表时,其余的为空表。

        抛 ``BatchError``:没有这一批。解不开的由 ``unseal`` 自己报。
        """
        path = self._path(key)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError as error:
            raise BatchError(f"批次库里没有“{key}”这一批；请重新送一次这个文件。", key=key) from error
        return _unpacked(self._unseal(sealed), frames)

    def remove(self, key: str) -> None:
        """删去一批;没有也不算错。"""
        self._path(key).unlink(missing_ok=True)

    def keys(self) -> list[str]:
        """现有各批,按名字排。"""
        return sorted(path.stem for path in self.folder.glob(f"*{SUFFIX}"))

    def __contains__(self, key: str) -> bool:
        return self._path(key).is_file()

    def _path(self, key: str) -> Path:
        if KEY.fullmatch(key) is None:
            raise BatchError(f"“{key}”不能作批次的名字：只用字母、数字、横线。", code="bad_batch_key")
        return self.folder / f"{key}{SUFFIX}"


def batch_of(result: TableResult) -> BatchIntake:
    """一张表接收的结果 → 一批。"""
    bad, skip = bad_rows(result), ignored_rows(result)
    known = result.source and result.rows is not None
    return BatchIntake(
        source=result.source or "",
        rows=result.rows if known and result.rows is not None else UNKEYED,
        quarantine=bad,
        ignored=skip,
        report=batch_entry(result, bad, skip),
        faulty=result.faulty if result.faulty is not None else pl.DataFrame(schema=FAULTY),
        layout=result.layout,
    )


def _packed(intake: BatchIntake) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as bundle:
        bundle.writestr("report.json", json.dumps(_told(intake)))
        for name in FRAMES:
            with bundle.open(f"{name}.parquet", "w", force_zip64=True) as part:
                frame: pl.DataFrame = getattr(intake, name)
                frame.write_parquet(part, compression="zstd")
    return buffer.getvalue()


def _told(intake: BatchIntake) -> dict[str, Any]:
    return {"source": intake.source, "report": dict(intake.report), "layout": dict(intake.layout)}


def _unpacked(data: bytes, wanted: Collection[str]) -> BatchIntake:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        told = json.loads(bundle.read("report.json"))
        frames = {
            name: pl.read_parquet(io.BytesIO(bundle.read(f"{name}.parquet"))) for name in FRAMES if name in wanted
        }
    frames.setdefault("rows", UNKEYED)
    return BatchIntake(source=told["source"], report=told["report"], layout=told["layout"], **frames)
