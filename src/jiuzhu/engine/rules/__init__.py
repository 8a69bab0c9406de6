"""规则语言:查错(``parse``)、给全县一次算出(``compile_polars``、``compile_ibis``)、给一户逐句解释(``trace``)。

给办事人员的说明见 ``docs/rules.md``。
"""

from jiuzhu.engine.rules.columns import compile_polars
from jiuzhu.engine.rules.compile import Compiler, compile_ibis, finite
from jiuzhu.engine.rules.display import format_value
from jiuzhu.engine.rules.errors import RuleError, RuleErrors
from jiuzhu.engine.rules.evaluate import evaluate
from jiuzhu.engine.rules.functions import FUNCTIONS
from jiuzhu.engine.rules.nodes import Rule, Value
from jiuzhu.engine.rules.parse import parse
from jiuzhu.engine.rules.plain import brief, plain
from jiuzhu.engine.rules.symbols import Symbol, SymbolError, Symbols, symbols_of
from jiuzhu.engine.rules.trace import Step, Trace, sentence, trace

__all__ = [
    "FUNCTIONS",
    "Compiler",
    "Rule",
    "RuleError",
    "RuleErrors",
    "Step",
    "Symbol",
    "SymbolError",
    "Symbols",
    "Trace",
    "Value",
    "brief",
    "compile_ibis",
    "compile_polars",
    "evaluate",
    "finite",
    "format_value",
    "parse",
    "plain",
    "sentence",
    "symbols_of",
    "trace",
]
