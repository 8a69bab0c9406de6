"""一户的收入怎么算出来:四类收入、扣减、核定,逐行相加等于家庭年核定收入;什么不计入、什么可扣减。"""

from dataclasses import dataclass
from decimal import Decimal

from jiuzhu.engine.assessment.entitlement import cents
from jiuzhu.engine.assessment.household import Values, with_parameters
from jiuzhu.engine.assessment.programmes import IncomeItem, ProgrammeBook
from jiuzhu.engine.parameters import ParameterSet

KINDS = (
    ("工资性收入", "家庭年工资性收入", "税务申报的工资；没有而正在参保的按缴费基数"),
    ("经营净收入", "家庭年经营净收入", "税务申报的经营所得"),
    ("财产净收入", "家庭年财产净收入", "利息、租金，加存款按收益率折算"),
    ("转移净收入", "家庭年转移净收入", "养老金等待遇"),
)


@dataclass(frozen=True)
class IncomeLine:
    """一行:``yearly`` 为空是没有数据;扣减的是负数。"""

    name: str
    yearly: Decimal | None
    meaning: str


@dataclass(frozen=True)
class IncomeStatement:
    """``total`` 是家庭年核定收入,``per_head`` 是月人均;未知为空。"""

    lines: tuple[IncomeLine, ...]
    total: Decimal | None
    per_head: Decimal | None
    not_counted: tuple[IncomeItem, ...]
    deductions: tuple[IncomeItem, ...]


def income_statement(book: ProgrammeBook, parameters: ParameterSet, household: Values) -> IncomeStatement:
    """``household`` 是户级事实;参数没有的那一行不列。"""
    values = with_parameters(parameters, household)
    lines = [IncomeLine(title, cents(values.get(name)), meaning) for title, name, meaning in KINDS]
    wage, rate = values.get("家庭年工资性收入"), values.get("务工成本扣减比例")
    if isinstance(wage, float) and isinstance(rate, float):
        lines.insert(1, IncomeLine("减：务工成本", cents(-wage * rate), f"工资性收入的{rate:.0%}"))
    workers, standard = values.get("无记录劳动力人数"), values.get("劳动力月核定收入")
    if isinstance(workers, float) and isinstance(standard, float):
        told = f"{workers:.0f} 名能干活而没有收入记录的人，每人每月按 {standard:,.2f} 元核定"
        lines.append(IncomeLine("核定收入", cents(workers * standard * 12), told))
    return IncomeStatement(
        lines=tuple(lines),
        total=cents(values.get("家庭年核定收入")),
        per_head=cents(values.get("月人均核定收入")),
        not_counted=book.not_counted,
        deductions=book.deductions,
    )
