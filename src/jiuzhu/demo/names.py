"""姓名:姓按常见程度,名按性别与年代;字库是常用字,不对应任何人。"""

import numpy as np
import polars as pl

from jiuzhu.demo.streams import Bools, Ints, choose

SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕",
    *"苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史",
    *"顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛",
    "欧阳",
    "司马",
    "诸葛",
    "上官",
    "皇甫",
)

GIVEN = {
    ("男", "老"): "国建军明德福贵有志强海庆平才刚生根林祥富春清正安永发长兴云山水金宝成义忠仁孝光荣华",
    ("男", "青"): "浩宇轩博俊杰涛鹏磊超飞辉伟勇斌凯晨宸泽睿文翔栋然梓子洋嘉豪毅鑫睿航逸皓峰旭阳煜天佑",
    ("女", "老"): "秀英兰桂芳珍玉莲凤梅香菊花珠琴翠云霞春素清淑银娥巧金爱月美贞荣华菊芝仙冬枝丽红霞",
    ("女", "青"): "婷静雅娜敏丽娟燕玲雨欣怡涵思妍曦梓萱子琪佳诗晴瑶蕊悦彤语薇雪莹倩洁颖璐茜梦琳可馨",
}

# 抄错时常见的形近、音近字,双向互换。
LOOK_ALIKE_LEFT = "伟丽辉玉芳静军燕华浩宇杰娟梅涵欣鑫萍霞珍晨磊博刚明志凤兰清红敏云轩怡秀英"
LOOK_ALIKE_RIGHT = "玮莉晖钰方靖君雁桦皓雨洁绢枚函新金平遐诊辰垒搏钢铭智风蓝青虹悯芸宣宜绣瑛"
LOOK_ALIKE = dict(zip(LOOK_ALIKE_LEFT + LOOK_ALIKE_RIGHT, LOOK_ALIKE_RIGHT + LOOK_ALIKE_LEFT, strict=True))
LOOK_ALIKE_SURNAME = {
    "萧": "肖",
    "傅": "付",
    "阎": "闫",
    "邱": "丘",
    "戴": "代",
    "于": "余",
    "章": "张",
    "芦": "卢",
    "吕": "呂",
}


def surname_weights() -> list[float]:
    """姓的权重:按次序递减,大姓占多数。"""
    return [1.0 / (rank + 6.0) if len(word) == 1 else 0.0012 for rank, word in enumerate(SURNAMES)]


def draw_surnames(rng: np.random.Generator, size: int) -> Ints:
    """抽 size 个姓的序号。"""
    return choose(rng, len(SURNAMES), size, surname_weights())


def full_names(rng: np.random.Generator, surname: Ints, male: Bools, age: Ints) -> pl.Series:
    """姓加名;约两成半是单名。"""
    count = len(surname)
    first, second = np.empty((2, count), dtype=np.int64)
    letters: list[str] = []
    offset = 0
    for (sex, era), pool in GIVEN.items():
        here = (male == (sex == "男")) & ((age >= 45) == (era == "老"))
        first[here] = offset + rng.integers(0, len(pool), int(here.sum()))
        second[here] = offset + rng.integers(0, len(pool), int(here.sum()))
        letters.extend(pool)
        offset += len(pool)
    single = rng.random(count) < 0.24
    table = pl.Series([*letters, ""])
    second[single] = len(letters)
    parts = pl.DataFrame(
        {"surname": pl.Series(SURNAMES).gather(surname), "first": table.gather(first), "second": table.gather(second)}
    )
    return parts.select(pl.concat_str("surname", "first", "second").alias("name"))["name"]


def namesakes(rng: np.random.Generator, persons: pl.DataFrame, share: float) -> pl.Series:
    """让一部分户主、配偶与同村上一户的户主、配偶同名同姓(同村重名的人家),返回新姓名列。"""
    chosen = rng.random(persons["hid"].n_unique()) < share
    repeat = pl.Series(chosen[persons["hid"].to_numpy()])
    previous = pl.col("name").shift(1).over("village", "slot", order_by="hid")
    return persons.select(
        pl.when(repeat & pl.col("slot").is_in([0, 1]) & previous.is_not_null())
        .then(previous)
        .otherwise("name")
        .alias("name")
    )["name"]
