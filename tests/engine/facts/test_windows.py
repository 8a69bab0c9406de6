"""期间:近12个月、近3个月的边界;住院、车辆、失业。"""

from datetime import date

import pytest

from .conftest import person


@pytest.mark.parametrize(
    ("settled", "year", "quarter"),
    [
        (date(2026, 10, 31), 100.0, 100.0),
        (date(2026, 8, 1), 100.0, 100.0),
        (date(2026, 7, 31), 100.0, 0.0),
        (date(2025, 11, 1), 100.0, 0.0),
        (date(2025, 10, 31), 0.0, 0.0),
    ],
)
def test_医疗费的期间(computed, settled, year, quarter) -> None:
    rows = [{"person": "张", "self_paid": 100.0, "settled_date": settled, "visit_kind": "住院", "disease_code": "J18"}]
    persons, _ = computed([person("张")], {"medical_settlement": rows})
    assert persons["张"]["近12个月自付医疗费"] == year
    assert persons["张"]["近3个月自付医疗费"] == quarter


@pytest.mark.parametrize(
    ("visit", "code", "serious"), [("大病", "J18", True), ("住院", "C34", True), ("住院", "I10", False)]
)
def test_重病(computed, visit, code, serious) -> None:
    rows = [
        {
            "person": "张",
            "self_paid": 1.0,
            "settled_date": date(2026, 9, 1),
            "visit_kind": visit,
            "disease_code": code,
        }
    ]
    persons, _ = computed([person("张")], {"medical_settlement": rows})
    assert persons["张"]["患重病"] is serious


def test_汽车不含摩托车农用车与注销的(computed) -> None:
    def car(kind: str, status: str, value: float, day: date = date(2020, 1, 1)) -> dict[str, object]:
        return {"person": "张", "vehicle_type": kind, "vehicle_status": status, "appraised_value": value,
                "registered_date": day}  # fmt: skip

    rows = [car("小型轿车", "正常", 50000.0), car("普通二轮摩托车", "正常", 2000.0), car("农用三轮车", "正常", 3000.0),
            car("小型轿车", "注销", 90000.0), car("小型普通客车", "正常", 80000.0, date(2026, 3, 1))]  # fmt: skip
    persons, households = computed([person("张")], {"vehicle": rows})
    assert persons["张"]["汽车数"] == 2.0
    assert persons["张"]["汽车估值"] == 130000.0
    assert households["甲户"]["家庭新购汽车估值"] == 80000.0


@pytest.mark.parametrize(("born", "age"), [(date(2008, 10, 31), 18.0), (date(2008, 11, 1), 17.0), (None, None)])
def test_周岁(computed, born, age) -> None:
    persons, _ = computed([person("张", born=born)], {})
    assert persons["张"]["年龄"] == age
    assert persons["张"]["未成年"] is (None if age is None else age < 18)


def test_失业月数(computed) -> None:
    rows = [{"person": "张", "insured_status": "失业", "unemployment_date": date(2026, 6, 10)}]
    persons, households = computed([person("张")], {"social_insurance": rows})
    assert persons["张"]["失业月数"] == 4.0
    assert households["甲户"]["登记失业人数"] == 1.0


def test_残疾等级取最重_三级智力算重度(computed) -> None:
    rows = [{"person": "张", "disability_kind": "肢体", "disability_level": "四级"},
            {"person": "张", "disability_kind": "智力", "disability_level": "三级"}]  # fmt: skip
    persons, households = computed([person("张"), person("李")], {"disability": rows})
    assert persons["张"]["残疾等级"] == "三级"
    assert persons["张"]["残疾类别"] == "多重"
    assert persons["张"]["重度残疾"] is True
    assert persons["李"]["残疾等级"] == "无"
    assert households["甲户"]["重度残疾人数"] == 1.0
