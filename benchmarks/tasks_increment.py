"""增量的实测：接收成批、全部重算、补算，各在新进程里做。封存用 SM4-GCM，与网页相同。"""

import os
from datetime import date
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from benchmarks.counties import KEY
from jiuzhu.engine.batches import BatchIntake, BatchStore, gather, read_batch
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import Intake
from jiuzhu.engine.intake.folder import list_files
from jiuzhu.engine.pipeline import monitor_batches

SEAL = bytes(range(16))
NONCE, TAG = 12, 16
DAY = date(2026, 10, 31)
SHARE = 0.05
EXTRA = "extra"


def take_in(files: Path, work: Path) -> int:
    """各文件接收成批，再备一批补报；返回补报的行数。"""
    store, catalog = _store(work), load_catalog()
    for key in store.keys():  # noqa: SIM118  不是字典
        store.remove(key)
    number, extra = 0, 0
    for file in list_files(files):
        for batch in read_batch(file, label=file.name, catalog=catalog):
            number += 1
            store.write(f"b{number:03}", batch)
            if batch.source == "medical_settlement":
                extra += _extra(store, batch)
    return extra


def first(work: Path) -> None:
    """补报之前的一次。"""
    monitor_batches(lambda: _intake(work, extra=False), work / "first", key=KEY, as_of=DAY)


def recompute(work: Path) -> None:
    """补报之后，从批次库全部重算。"""
    monitor_batches(lambda: _intake(work, extra=True), work / "recomputed", key=KEY, as_of=DAY)


def refresh(work: Path) -> None:
    """补报之后，接着前一次补算。"""
    monitor_batches(
        lambda: _intake(work, extra=True), work / "refreshed", key=KEY, as_of=DAY, previous_state=work / "first"
    )


def _extra(store: BatchStore, batch: BatchIntake) -> int:
    rows = batch.rows.sample(fraction=SHARE, seed=1).with_columns(
        pl.col("self_paid") + 1000, row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    report = {**batch.report, "rows_read": rows.height, "rows_accepted": rows.height}
    store.write(EXTRA, BatchIntake(batch.source, rows, report=report).labelled("补报.csv"))
    return rows.height


def _intake(work: Path, *, extra: bool) -> Intake:
    store = _store(work)
    keys = [key for key in store.keys() if extra or key != EXTRA]  # noqa: SIM118  不是字典
    return gather([store.read(key) for key in keys], load_catalog())


def _store(work: Path) -> BatchStore:
    return BatchStore(work / "store", seal=_seal, unseal=_unseal)


def _seal(plain: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    cipher = Cipher(SM4(SEAL), modes.GCM(nonce)).encryptor()
    return nonce + cipher.update(plain) + cipher.finalize() + cipher.tag


def _unseal(sealed: bytes) -> bytes:
    cipher = Cipher(SM4(SEAL), modes.GCM(sealed[:NONCE], sealed[-TAG:])).decryptor()
    return cipher.update(sealed[NONCE:-TAG]) + cipher.finalize()
