"""收入:四类相加、扣减、核定;只算在世的人。"""

from datetime import date

import pytest

from .conftest import person

OLD, WORKER, CHILD = date(1950, 5, 1), date(1985, 5, 1), date(2015, 5, 1)


def test_四类收入与扣减(computed) -> None:
    people = [person("爷", born=OLD), person("父", born=WORKER), person("子", born=CHILD)]
    sources = {
        "tax_income": [{"person": "父", "tax_year": 2025, "income_item": "工资薪金", "yearly_income": 30000.0}],
        "social_insurance": [
            {"person": "爷", "insured_status": "领取待遇", "monthly_benefit": 200.0},
            {"person": "父", "insured_status": "在职", "contribution_base": 2000.0},
        ],
        "financial_asset": [{"person": "爷", "asset_kind": "存款", "balance": 6000.0}],
    }
    persons, households = computed(people, sources)
    household = households["甲户"]
    assert persons["父"]["年工资性收入"] == 30000.0
    assert household["家庭年工资性收入"] == 30000.0
    assert household["家庭年转移净收入"] == 2400.0
    assert household["家庭年财产净收入"] == pytest.approx(60.0)
    assert household["家庭年可查收入"] == pytest.approx(30000 * 0.9 + 2400 + 60)
    assert household["家庭年核定收入"] == household["家庭年可查收入"]
    assert household["月人均可查收入"] == pytest.approx((27000 + 2400 + 60) / 12 / 3)
    assert household["人均金融资产"] == 2000.0
    assert household["金融资产折合低保月数"] == pytest.approx(2000 / 640)


def test_税务没有的按缴费基数(computed) -> None:
    sources = {
        "tax_income": [{"person": "别人"}],
        "social_insurance": [{"person": "张", "insured_status": "在职", "contribution_base": 2500.0}],
    }
    persons, _ = computed([person("张", born=WORKER)], sources)
    assert persons["张"]["年工资性收入"] == 30000.0


def test_上一年度有就不加本年度(computed) -> None:
    rows = [
        {"person": "张", "tax_year": year, "income_item": "工资薪金", "yearly_income": 10000.0} for year in (2025, 2026)
    ]
    persons, _ = computed([person("张", born=WORKER)], {"tax_income": rows})
    assert persons["张"]["年纳税工资"] == 10000.0


def test_无记录劳动力按核定收入(computed) -> None:
    sources = {"tax_income": [{"person": "别人"}], "social_insurance": [{"person": "别人"}]}
    people = [person("张", born=WORKER), person("残", born=WORKER)]
    disability = [{"person": "残", "disability_kind": "肢体", "disability_level": "一级"}]
    _, households = computed(people, {**sources, "disability": disability})
    assert households["甲户"]["无记录劳动力人数"] == 1.0
    assert households["甲户"]["家庭年核定收入"] == 1200.0 * 12


def test_去世的人不算人口_他的收入与存款也不算(computed) -> None:
    dead = person("爷", born=OLD, alive=False, status="死亡", status_date=date(2026, 5, 1))
    sources = {
        "financial_asset": [{"person": "爷", "balance": 5000.0}],
        "social_insurance": [{"person": "爷", "insured_status": "领取待遇", "monthly_benefit": 200.0}],
    }
    _, households = computed([dead, person("父", born=WORKER)], sources)
    household = households["甲户"]
    assert household["家庭人口数"] == 1.0
    assert household["家庭金融资产"] == 0.0
    assert household["家庭月养老金"] == 0.0
    assert household["近12个月有成员去世"] is True


def test_全户都去世_没有这一户(computed) -> None:
    _, households = computed([person("爷", alive=False, status="死亡")], {})
    assert households == {}
