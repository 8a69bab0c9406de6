"""一批户的得分、命中与超标。

在内存里的由 ``marking`` 一列列算;不在的(Spark)由 ``scoring`` 编成查询,在数据所在处算,只取回结果。两者结果相同。
"""

from dataclasses import dataclass

import polars as pl

from jiuzhu.engine.assessment.frames import Frames
from jiuzhu.engine.assessment.marking import Marking
from jiuzhu.engine.assessment.rulebook import Rulebook
from jiuzhu.engine.assessment.scoring import Assessor
from jiuzhu.engine.facts import FactTables
from jiuzhu.engine.parameters import ParameterSet
from jiuzhu.engine.warehouse import Warehouse


@dataclass(frozen=True)
class Assessed:
    """``scores``:每户一行 household, village_code, members, score, 各指数, band;
    ``hits``:命中的指标一项一行 household, person, indicator, points, facts(JSON);
    ``limit_hits``:findings 里由规则得出的 household, finding, code, facts(JSON)。"""

    scores: pl.DataFrame
    hits: pl.DataFrame
    limit_hits: pl.DataFrame


def assess(warehouse: Warehouse, facts: FactTables, rulebook: Rulebook, parameters: ParameterSet) -> Assessed:
    """按手册给 ``facts`` 里的户打分。"""
    if warehouse.in_memory:
        marking = Marking(rulebook, parameters)
        frames = Frames.fetched(warehouse, facts)
        marked = marking.marks(frames)
        return Assessed(marked.scores, marked.hits, marking.limit_hits(frames))
    assessor = Assessor(rulebook, parameters)
    questions = (assessor.scores, assessor.hits, assessor.limit_hits)
    return Assessed(*(warehouse.fetch(question(facts)) for question in questions))
