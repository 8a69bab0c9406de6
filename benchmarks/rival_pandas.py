"""同样的十项指标,用 pandas 的习惯写法:整列运算,可空的布尔列,缺失不得分。"""

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from jiuzhu.engine.parameters import ParameterSet


def load(arrow_households: object, arrow_persons: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Arrow 表 → DataFrame;布尔列可空,数列以 NaN 为未知,城乡为分类。"""
    frames = []
    for table in (arrow_households, arrow_persons):
        frame = table.to_pandas(types_mapper=_nullable)  # type: ignore[attr-defined]
        if "城乡" in frame:
            frame["城乡"] = frame["城乡"].astype("category")
        frames.append(frame)
    return frames[0], frames[1]


def _nullable(kind: object) -> object:
    return pd.BooleanDtype() if str(kind) == "bool" else None


def score(households: pd.DataFrame, persons: pd.DataFrame, parameters: ParameterSet) -> pd.DataFrame:
    """household, score,按 household 排序。"""
    h, p, value = households, persons, parameters.number
    standard = np.where(h["城乡"] == "城", parameters["低保标准"].urban, parameters["低保标准"].rural)
    each = (
        3 * _flag(h["无劳动力户"])
        - 8 * (h["家庭汽车数"] > 0)
        + 1 * (h["月人均核定收入"] < standard)
        + 1 * (h["月人均核定收入"] < standard * value("低保边缘倍数"))
        + 2 * _flag(~h["在保或在册"] & (h["户月均用电量"] < value("用电偏低")))
        + 2 * ((h["家庭年刚性支出"] >= h["家庭年核定收入"] * value("刚性支出比例")) & (h["家庭年刚性支出"] > 0))
    )
    person = (
        2 * _flag(p["重度残疾"])
        + 2 * (p["近12个月自付医疗费"] > value("低收入自付警戒线"))
        + 2 * (p["失业月数"] >= value("失业警戒月数"))
    )
    members = person.groupby(p["household"]).sum().reindex(h["household"]).fillna(0).to_numpy()
    total = each * h["家庭人口数"] + (h["在校生数"] >= 2) + members
    return pd.DataFrame({"household": h["household"], "score": total / h["家庭人口数"]}).sort_values("household")


def _flag(values: pd.Series) -> pd.Series:
    return values.fillna(value=False).astype(bool)
