"""十八个来源:键与造表的函数。"""

from collections.abc import Callable

import polars as pl

from jiuzhu.demo.county import County
from jiuzhu.demo.sources import civil, economy, living, registers

BUILDERS: dict[str, Callable[[County], pl.DataFrame]] = {
    "hukou": registers.hukou,
    "dibao": civil.dibao,
    "tekun": civil.tekun,
    "dibao_bianyuan": civil.dibao_bianyuan,
    "gangxing_zhichu": civil.gangxing_zhichu,
    "fangfanpin": civil.fangfanpin,
    "other_hardship": civil.other_hardship,
    "social_insurance": economy.social_insurance,
    "tax_income": economy.tax_income,
    "housing_fund": economy.housing_fund,
    "vehicle": registers.vehicle,
    "real_estate": registers.real_estate,
    "business": registers.business,
    "medical_settlement": living.medical_settlement,
    "financial_asset": economy.financial_asset,
    "living_expense": living.living_expense,
    "education": living.education,
    "disability": registers.disability,
}
