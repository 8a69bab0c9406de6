"""未知不等于零:来源没送来是未知,送来了而没有此人是零。"""

from datetime import date

import pytest

from jiuzhu.engine.facts import DICTIONARY

from .conftest import DAY, person


def test_没有银行文件_存款未知(computed) -> None:
    persons, households = computed([person("张")], {})
    assert persons["张"]["金融资产"] is None
    assert households["甲户"]["家庭金融资产"] is None
    assert households["甲户"]["金融资产折合低保月数"] is None


def test_有银行文件而没有此人_存款为零(computed) -> None:
    persons, households = computed([person("张")], {"financial_asset": [{"person": "别人", "balance": 9.0}]})
    assert persons["张"]["金融资产"] == 0.0
    assert households["甲户"]["人均金融资产"] == 0.0


def test_每个来源不在时_只靠它的事实都未知(computed) -> None:
    persons, _ = computed([person("张")], {})
    direct = [fact.name for fact in DICTIONARY.at_stage("source")]
    assert [name for name in direct if persons["张"][name] is not None] == []


def test_没有任何来源_收入支出都未知(computed) -> None:
    _, households = computed([person("张")], {})
    for name in ("家庭年可查收入", "月人均核定收入", "家庭年刚性支出", "刚性支出占收入比", "在保或在册"):
        assert households["甲户"][name] is None, name


def test_收入为零时_支出占比未知而不是无穷(computed) -> None:
    people = [person("张", born=date(1940, 1, 1))]
    sources = {"social_insurance": [{"person": "别人"}], "tax_income": [{"person": "别人"}],
               "medical_settlement": [{"person": "张", "self_paid": 100.0, "settled_date": DAY}]}  # fmt: skip
    _, households = computed(people, sources)
    assert households["甲户"]["家庭年核定收入"] == 0.0
    assert households["甲户"]["刚性支出占收入比"] is None


@pytest.mark.parametrize(
    ("village", "place"), [("420999101005", "城"), ("420999101205", "乡"), ("420999101", None), (None, None)]
)
def test_城乡由村级代码判断_不知道就未知(computed, village, place) -> None:
    _, households = computed([person("张", village_code=village)], {})
    assert households["甲户"]["城乡"] == place
