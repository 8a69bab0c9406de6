"""试算:同一批事实上比两部手册、移动区间、对照核实结果、由结果学出建议。全是纯函数,不改任何东西。"""

from jiuzhu.engine.simulation.bands import Cuts, banded, counts, cuts_of, histogram
from jiuzhu.engine.simulation.compare import Comparison, compare
from jiuzhu.engine.simulation.hitrate import HitRate, hit_rates
from jiuzhu.engine.simulation.learn import Suggestion, Suggestions, suggest_bands, suggest_points
from jiuzhu.engine.simulation.sample import Sample, SampleError, draw_villages, sample_of, villages_of
from jiuzhu.engine.simulation.score import Scored, score

__all__ = [
    "Comparison",
    "Cuts",
    "HitRate",
    "Sample",
    "SampleError",
    "Scored",
    "Suggestion",
    "Suggestions",
    "banded",
    "compare",
    "counts",
    "cuts_of",
    "draw_villages",
    "histogram",
    "hit_rates",
    "sample_of",
    "score",
    "suggest_bands",
    "suggest_points",
    "villages_of",
]
