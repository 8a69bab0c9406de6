"""事实字典与宽表:人的、户的、八类。"""

from jiuzhu.engine.facts import (  # noqa: F401  导入即声明
    bianyuan,
    education,
    employment,
    holdings,
    housing,
    income,
    medical,
    population,
    rigid_spending,
)
from jiuzhu.engine.facts.build import FactTables, build, reassessed
from jiuzhu.engine.facts.dictionary import CATEGORIES, DICTIONARY, Context, Dictionary, Fact

__all__ = ["CATEGORIES", "DICTIONARY", "Context", "Dictionary", "Fact", "FactTables", "build", "reassessed"]
