"""认人台测试共用：一个小县的几批数据，真的监测一次，装进认人台。"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from tests.engine.identity.small_county import (
    AS_OF,
    CAST,
    LIU,
    QIN,
    YE,
    YE_SON,
    filler,
)

from jiuzhu.engine.batches import gather
from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.identity import link
from jiuzhu.engine.numbering import number
from jiuzhu.engine.outputs import write_people, write_rows
from jiuzhu.engine.pipeline import monitor_batches
from jiuzhu.keys import ensure_identity_key, read_identity_key
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.exchange import selectors, services
from jiuzhu.web.exchange.models import Batch

from .desk_batches import COUNTY, make_batch

# 号码是叶珠雨的，姓名是同户的秦俊燕
MIXED = {"name": "秦俊燕", "id_number": YE["id_number"], "phone": "13800000000"}
PLAIN = {"name": "叶海生", "id_number": YE_SON["id_number"], "phone": "13900000000"}


@dataclass
class MatchCounty:
    """几批数据和已监测的次数。"""

    folder: Path
    batches: list[Batch]
    number: int = 0

    def add(self, source: str, rows: list[dict[str, Any]]) -> Batch:
        """又来一批。"""
        lines, header = table(source, rows)
        batch = make_batch(self.folder, lines, header=header, source=source, number=len(self.batches) + 1)
        self.batches.append(batch)
        return batch

    def run(self, *, whole: bool = False) -> Path:
        """照现有的决定认一次人，结果装进认人台；``whole`` 为真时走完整个监测（慢得多）。"""
        self.number += 1
        out = self.folder / f"run{self.number}"
        with Scope.everything().applied():
            intake = gather([services.batch_intake(batch) for batch in self.batches], load_catalog())
            asked = {"key": read_identity_key(settings.KEY_FILE), "decisions": selectors.linkage_decisions(COUNTY)}
            if whole:
                monitor_batches(intake, out, as_of=AS_OF, **asked)
            else:
                linkage = link(intake.tables, as_of=AS_OF, **asked)
                out.mkdir()
                write_rows(out, intake, linkage)
                write_people(out, number(linkage.people, linkage.tables))
            services.matches_refresh(
                out=out,
                division_code=COUNTY,
                run_number=self.number,
                batches=self.batches,
                actor=Actor.system("监测", division_code=COUNTY),
            )
        return out


def table(source: str, rows: list[dict[str, Any]]) -> tuple[list[str], str]:
    """几行 → CSV 的各行与表头，表头用数据目录的标题。"""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    header = ",".join(load_catalog()[source][key].title for key in keys)
    return [",".join("" if row.get(key) is None else str(row[key]) for key in keys) for row in rows], header


def make_county(folder: Path, **sources: list[dict[str, Any]]) -> MatchCounty:
    """户籍加给出的几份名单，还没有监测。"""
    ensure_identity_key(settings.KEY_FILE)
    county = MatchCounty(folder, [])
    county.add("hukou", [*CAST, *filler(60)])
    for source, rows in sources.items():
        county.add(source, rows)
    return county


__all__ = ["LIU", "MIXED", "PLAIN", "QIN", "YE", "YE_SON", "MatchCounty", "make_county"]
