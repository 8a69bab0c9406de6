"""按表头认来源:各县写法不同、列序不同、有多余的列;不相干的表不硬认。"""

import pytest

from jiuzhu.engine.catalog import load_catalog, recognise

CATALOG = load_catalog()

OTHER_COUNTIES = {
    "hukou": [
        "居民姓名|居民身份证号码|性别|生日|民族|家庭编号|与本户户主关系|户籍详细住址|村(居)委会编码|户口状况|状态变化时间|备注",
        "NAME|公民身份证号码|性别|出生年月|民族|户口簿编号|关系|户口所在地|所在村社区编码|户籍状态|注销日期|文化程度|婚姻状况",
    ],
    "dibao": [
        "编号|低保人员姓名|低保人员身份证号|户主身份证|成员关系|现住址|所在村(社区)代码|低保档次|每户月补助金|一卡通号|享受起始日期|手机|备注",
        "姓名|证件号码|申请人证件号|与申请人关系|村代码|类别|月保障金额(元)|卡号|纳入低保时间",
    ],
    "tekun": [
        "姓名|身份证号码|行政区划代码|家庭住址|供养类型|生活自理能力评定|月基本生活费(元)|月照料护理费(元)|联系方式",
        "供养对象|证件号码|村居代码|居住地址|集中/分散|自理程度|供养金标准|护理补贴标准|手机号",
    ],
    "dibao_bianyuan": [
        "成员姓名|成员身份证|户主证件号|与户主的关系|所属村|村编码|认定时间|人均月收入(元)",
        "姓名|公民身份号码|户主公民身份号码|家庭关系|区划代码|批准日期|月人均收入",
    ],
    "gangxing_zhichu": [
        "姓名|身份证号|户主身份证号码|村居代码|认定年份|年度刚性支出额(元)|支出类别",
        "家庭成员|身份证号码|申请人身份证号|村代码|年度|刚性支出(万元)|主要支出原因",
    ],
    "fangfanpin": [
        "区县|乡(镇)|村|户编码|姓名|身份证号码|与户主关系|户类型|主要返贫风险|纳入监测时间|风险是否消除|人均纯收入(元)",
        "县(市、区)|乡镇名称|村名称|家庭户编号|人员姓名|证件号|关系|监测对象类型|致贫返贫原因|识别日期|是否消除风险|上年度家庭人均纯收入",
    ],
    "other_hardship": [
        "困难类型|姓名|身份证号码|村(社区)代码|认定部门",
        "人员类别|姓名|身份证件号码|所属区划|确认单位|备注",
    ],
    "social_insurance": [
        "参保人员|公民身份证号码|参保险种|参保状态|月缴费基数(元)|养老金(元/月)|参保单位|最后缴费年月|失业时间",
        "姓名|社保号|险种名称|缴费状态|缴费工资|待遇金额|工作单位|缴费截止年月|登记失业日期",
    ],
    "tax_income": [
        "纳税人名称|纳税人识别号|税款所属年度|征收项目|收入总额|扣缴义务人名称",
        "姓名|身份证号|年度|收入类型|年收入(元)|支付单位",
    ],
    "housing_fund": [
        "职工姓名|身份证件号码|个人账户状态|月缴存额(元)|账户余额(元)",
        "缴存人姓名|证件号|缴存状态|月汇缴额|余额|单位名称",
    ],
    "vehicle": [
        "车主|身份证号|车牌号|车辆种类|厂牌型号|注册日期|车辆状态|估值(元)",
        "机动车所有人|证件号码|号牌|车型|中文品牌|初次登记时间|机动车状态|车辆评估值(万元)",
    ],
    "real_estate": [
        "产权人|证件号码|不动产权证号|房屋坐落|房屋用途|面积(平方米)|登记日期",
        "房屋权利人|身份证号码|不动产单元编号|坐落位置|规划用途|建筑面积|登簿时间|共有情况",
    ],
    "business": [
        "注册号|企业名称|企业类型|职务|姓名|身份证号码|注册资金(万元)|成立时间|经营状态",
        "统一社会信用代码|主体名称|主体类别|人员类型|人员姓名|人员证件号码|注册资本(元)|注册日期|存续状态",
    ],
    "medical_settlement": [
        "姓名|身份证号|医疗类别|病种编码|病种名称|医疗总费用|统筹基金支付|个人负担金额|出院日期",
        "患者姓名|身份证号码|就医类型|诊断代码|主要诊断|费用总额(元)|医保报销(元)|自付金额(元)|结算时间|医院名称",
    ],
    "financial_asset": [
        "客户名称|身份证号码|开户银行|账户类型|账户余额(元)|截止日期",
        "被查询人|证件号|金融机构|资产类别|金额|查询基准日",
    ],
    "living_expense": [
        "用户名|户主身份证号|年月|电量(千瓦时)|电费(元)|水费(元)|话费(元)",
        "户主|身份证号码|账期|月用电量|月电费|月水费|月通讯费",
    ],
    "education": [
        "姓名|学生身份证号|教育阶段|就读学校|就读年级|学费(元/年)|是否资助|家长身份证号",
        "学生姓名|身份证号码|学段|学校名称|班级|年教育支出(元)|是否享受助学金|监护人身份证",
    ],
    "disability": [
        "姓名|身份证号码|残疾人证号|残疾类型|残疾级别|办证日期|家庭住址|手机号码",
        "残疾人姓名|公民身份号码|证号|残疾种类|等级|发证时间|地址|电话",
    ],
}
CASES = [(key, words) for key, rows in OTHER_COUNTIES.items() for words in rows]

STRANGERS = [
    "姓名|身份证号|借书证号|办证日期",
    "姓名|身份证号|联系电话|地址",
    "图书编号|书名|作者|价格",
    "姓名|身份证号|接种日期|疫苗名称|剂次",
    "姓名|性别|身份证号|出生日期|民族|政治面貌|入党日期",
    "姓名|证件号码|手机号|快递单号|收件地址",
    "序号|姓名|身份证号|培训项目|培训时间|培训机构|补贴金额",
]


@pytest.mark.parametrize(("key", "words"), CASES)
def test_别县的写法也认得(key: str, words: str) -> None:
    found = recognise(words.split("|"), CATALOG)
    assert found.source is not None
    assert found.source.key == key
    assert {"name", "id_number"} <= {pair.field for pair in found.pairs}


@pytest.mark.parametrize(("key", "words"), CASES)
def test_列序颠倒结果不变(key: str, words: str) -> None:
    headers = words.split("|")
    there = recognise(headers, CATALOG)
    back = recognise(headers[::-1], CATALOG)
    assert back.source is not None
    assert back.source.key == key
    one = {headers[pair.column]: pair.field for pair in there.pairs}
    assert one == {headers[::-1][pair.column]: pair.field for pair in back.pairs}


@pytest.mark.parametrize("words", STRANGERS)
def test_不相干的表不硬认(words: str) -> None:
    found = recognise(words.split("|"), CATALOG)
    assert found.source is None
    assert found.problem == "unknown"
    assert found.unknown == words.split("|")


@pytest.mark.parametrize("source", list(CATALOG), ids=lambda source: source.key)
def test_目录里的标题认出自己(source) -> None:
    titles = [field.title for field in source.fields]
    found = recognise(titles, CATALOG)
    assert found.source is source
    assert [pair.field for pair in found.pairs] == [field.key for field in source.fields]
    assert found.unknown == []
    assert found.missing == []


def test_同时像两个来源时不猜() -> None:
    words = "姓名|身份证号|供养方式|月基本生活标准|残疾等级|残疾类别|村代码"
    found = recognise(words.split("|"), CATALOG)
    assert found.source is None
    assert found.problem == "ambiguous"
    assert {guess.source for guess in found.guesses[:2]} == {"tekun", "disability"}


def test_户主与本人的证件号不混() -> None:
    words = "户主身份证号|身份证号|姓名|村代码|月保障金|低保类别"
    found = recognise(words.split("|"), CATALOG)
    fields = {words.split("|")[pair.column]: pair.field for pair in found.pairs}
    assert fields["户主身份证号"] == "head_id_number"
    assert fields["身份证号"] == "id_number"


def test_并列时写明成员的是当事人() -> None:
    words = "姓名|身份证号|成员姓名|成员身份证号|与户主关系|村代码|月保障金|低保类别"
    found = recognise(words.split("|"), CATALOG)
    fields = {words.split("|")[pair.column]: pair.field for pair in found.pairs}
    assert fields["成员姓名"] == "name"
    assert fields["成员身份证号"] == "id_number"
    assert found.unknown == ["姓名", "身份证号"]


def test_没见过的表头按内容补认() -> None:
    headers = ["甲列", "乙列", "残疾等级", "残疾类别"]
    sample = [["王小明", "李 芳", "张建国", "刘秀英"], ["11010119900307001X"] * 4, ["一级"] * 4, ["肢体"] * 4]
    found = recognise(headers, CATALOG, sample)
    assert found.source is not None
    pairs = {headers[pair.column]: (pair.field, pair.how) for pair in found.pairs}
    assert pairs["甲列"] == ("name", "content")
    assert pairs["乙列"] == ("id_number", "content")


def test_村名不当作姓名() -> None:
    headers = ["所在", "身份证号", "残疾等级"]
    sample = [["南塘村", "北湾村", "西岗村", "东河村"], ["11010119900307001X"] * 4, ["一级"] * 4]
    found = recognise(headers, CATALOG, sample)
    assert "name" not in {pair.field for pair in found.pairs}


def test_相近的表头内容不符则不认() -> None:
    headers = ["姓名", "身份证号", "险种", "人员状态", "最近缴费年数月"]
    sample = [
        ["王小明"] * 3,
        ["11010119900307001X"] * 3,
        ["城乡居民养老"] * 3,
        ["在职"] * 3,
        ["县城关", "南岭", "石门"],
    ]
    found = recognise(headers, CATALOG, sample)
    assert "最近缴费年数月" in found.unknown


def test_年收入记在按月字段里按十二分之一换算() -> None:
    found = recognise(
        ["姓名", "身份证号", "户主身份证号", "村代码", "认定日期", "家庭年人均收入"], CATALOG, titles=["低保边缘家庭"]
    )
    assert found.source is not None
    assert found.source.key == "dibao_bianyuan"
    factor = next(pair.factor for pair in found.pairs if pair.field == "household_income_per_head_month")
    assert factor == pytest.approx(1 / 12)
