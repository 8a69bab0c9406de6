"""虚构的青禾县:乡镇、村居与代码。429998 不在 GB/T 2260 之内。"""

import numpy as np
import polars as pl

COUNTY = "青禾县"
COUNTY_CODE = 429998

TOWNSHIPS = (
    *("城关镇", "麦岭镇", "柳塘镇", "石桥镇", "云溪镇", "稻香镇", "鹿角镇"),
    *("松风镇", "白鹭镇", "长堰镇", "竹园乡", "枫树乡", "茶坡乡", "桃坪乡"),
)
FIRST = "上下前后东西南北大小新老"
SECOND = "湾岗冲畈塘坪河垸岭桥店庙堰坡井林"


def draw_places(rng: np.random.Generator, people: int) -> pl.DataFrame:
    """村居表:village(0 起序号) village_code(12 位) county township village_name urban weight(人口权重)。

    村居数随人口增长(每村约 400–1400 人),同名村可以出现在不同乡镇。
    """
    each = int(np.clip(people // 5600, 6, 30))
    words = [first + second for second in SECOND for first in FIRST]
    rows = []
    for number, township in enumerate(TOWNSHIPS):
        urban = number == 0
        chosen = rng.choice(len(words), size=each, replace=False)
        for order, word in enumerate(chosen):
            tail = order + 1 if urban else 200 + order
            code = COUNTY_CODE * 1_000_000 + (100 + number) * 1000 + tail
            rows.append((str(code), COUNTY, township, words[word] + ("社区" if urban else "村"), urban))
    table = pl.DataFrame(rows, schema=["village_code", "county", "township", "village_name", "urban"], orient="row")
    weight = rng.uniform(0.5, 1.5, table.height) * np.where(table["urban"].to_numpy(), 1.9, 1.0)
    return table.with_row_index("village").with_columns(
        pl.col("village").cast(pl.Int64), pl.Series("weight", weight / weight.sum())
    )
