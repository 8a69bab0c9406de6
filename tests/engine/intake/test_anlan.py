"""安澜县样例:18 个文件全部认出,行数对得上,没有误伤。样例不在时跳过。"""

import csv
import io
import os
from pathlib import Path

import polars as pl
import pytest

from jiuzhu.engine.catalog import recognise
from jiuzhu.engine.intake import Intake, read_folder
from jiuzhu.engine.intake.folder import list_files, open_file
from jiuzhu.engine.intake.header import find_header

ROOT = Path(os.environ.get("JIUZHU_SAMPLES", Path(__file__).parents[4] / "shared" / "data"))
pytestmark = pytest.mark.skipif(not (ROOT / "anlan").is_dir(), reason="没有安澜县样例")


@pytest.fixture(scope="module")
def taken(catalog) -> Intake:
    return read_folder(ROOT / "anlan", catalog)


def test_全部认出(taken) -> None:
    assert taken.batches.height == 18
    assert taken.batches["source"].n_unique() == 18
    assert taken.batches["unknown_columns"].list.len().sum() == 0


def test_没有误伤(taken) -> None:
    assert taken.quarantine.height == 0
    assert taken.ignored.height == 0


def test_行号与真值一致(taken) -> None:
    truth = pl.read_parquet(ROOT / "anlan-truth" / "links.parquet").select("file", "row").unique()
    rows = pl.concat([table.select("file", "row") for table in taken.tables.values()])
    assert truth.join(rows, on=["file", "row"], how="anti").height == 0
    assert rows.join(truth, on=["file", "row"], how="anti").height == 0


def test_必需的字段都有值(taken, catalog) -> None:
    for key, table in taken.tables.items():
        for field in catalog[key].fields:
            if field.required and field.key != "id_number":
                assert table[field.key].null_count() == 0, (key, field.key)


def test_代码都在目录里(taken, catalog) -> None:
    for key, table in taken.tables.items():
        for field in catalog[key].fields:
            if field.codes and field.type == "code":
                assert set(table[field.key].drop_nulls()) <= set(field.canonical_codes), (key, field.key)


OTHER_WORDS = {
    "hukou": "居民姓名 居民身份证号码 性别 出生年月日 民族 户口簿编号 户主关系 户口所在地 村居委会代码 户籍状态 注销日期",
    "dibao": "编号 低保对象姓名 成员身份证号 申请人身份证号 与申请人关系 现住址 行政区划代码 低保类别 月补差金额(元) 一卡通账号 纳入低保时间 手机",
    "tekun": "特困人员姓名 身份证号码 村代码 居住地址 供养形式 生活自理能力 基本生活费 护理费(元) 联系方式",
    "dibao_bianyuan": "家庭成员姓名 证件号码 户主证件号码 与户主关系 村代码 批准时间 家庭人均月收入",
    "gangxing_zhichu": "姓名 身份证号 申请人证件号码 村编码 年度 家庭年刚性支出(元) 支出原因",
    "fangfanpin": "区县 乡镇街道 村 监测户编号 家庭成员姓名 家庭成员证件号码 户主关系 监测类型 致贫原因 纳入监测时间 是否消除风险 人均纯收入",
    "other_hardship": "困难类型 姓名 居民身份证号 所属村代码 认定部门",
    "social_insurance": "参保人 身份证号码 参保险种 缴费状态 缴费工资 养老金 工作单位 最后缴费年月 失业登记时间",
    "tax_income": "纳税人 纳税人识别号 年度 收入项目 年收入 扣缴单位",
    "housing_fund": "职工姓名 证件号 缴存状态 月汇缴额 余额",
    "vehicle": "车主 车主身份证号 车牌号 车型 厂牌 注册日期 机动车状态 估价(万元)",
    "real_estate": "产权人 身份证件号码 不动产权证号 房屋坐落 规划用途 面积 登簿日期",
    "business": "注册号 企业名称 企业类型 职务 法人姓名 法人身份证号 注册资金(万元) 设立日期 经营状态",
    "medical_settlement": "患者姓名 患者身份证号 医疗类别 病种编码 主要诊断 医疗费用总额 统筹支付 个人负担 出院日期",
    "financial_asset": "客户姓名 客户证件号码 开户行 产品类型 金额 查询日期",
    "living_expense": "用户姓名 用户身份证号 账期 电量 应缴电费 自来水费 话费",
    "education": "学生 学生身份证号 就读学段 就读学校 就读年级 学费 是否资助 家长身份证号",
    "disability": "持证人 身份证号码 残疾人证号 残疾类型 残疾级别 办证日期 家庭住址 手机号码",
}


def other_county(folder: Path, catalog) -> None:
    """同样的数据按别县的样子写:换表头、列倒序、多一列、UTF-16 制表符、末尾合计,最大的表切成两份。"""
    for file in list_files(ROOT / "anlan"):
        raw = open_file(file, file.name).tables[0]
        layout = find_header(raw, catalog)
        source = recognise(layout.header, catalog).source
        words = OTHER_WORDS[source.key].split(" ")
        body = raw.frame.slice(layout.start).select(layout.columns[::-1]).fill_null("")
        body = body.with_columns(更新人=pl.lit("某某"))
        for part, rows in enumerate([body] if source.key != "hukou" else [body.slice(0, 9_000), body.slice(9_000)]):
            out = io.StringIO()
            writer = csv.writer(out, delimiter="\t")
            writer.writerow(["别县" + source.title])
            writer.writerow([*words[::-1], "更新人"])
            writer.writerows(rows.iter_rows())
            writer.writerow([""] * (len(words) - 1) + ["合计", rows.height])
            (folder / f"{source.key}_{part}.txt").write_text(out.getvalue(), encoding="utf-16")


def test_别县的样子结果相同(tmp_path, taken, catalog) -> None:
    other_county(tmp_path, catalog)
    other = read_folder(tmp_path, catalog)
    assert other.quarantine.height == 0
    assert set(other.ignored["code"]) == {"totals_row"}
    assert other.ignored.height == 19
    assert other.batches["unknown_columns"].to_list() == [["更新人"]] * 19
    for key, table in taken.tables.items():
        assert other.tables[key].drop("file", "row").equals(table.drop("file", "row")), key
