"""各种文书的样例内容：一位虚构的申请人，一个虚构的县。"""

from typing import Any

CONTACT = {"name": "刘晓燕", "phone": "0000-1234567", "address": "河湾乡便民服务中心社会救助窗口"}
PLAIN: dict[str, Any] = {"organisation": "青禾县河湾乡人民政府", "date": "2026-11-22"}
COMMON = PLAIN | {"contact": CONTACT}
DIBAO = "最低生活保障"

ACCEPTANCE = COMMON | {
    "applicant": "张守田",
    "received_on": "2026-11-20",
    "programme": DIBAO,
    "basis": "《社会救助法》第四十三条和《最低生活保障审核确认办法》第十三条",
    "materials": ["最低生活保障申请书", "家庭经济状况核对授权书（三人签字）", "诚信承诺书"],
    "limit": "自受理之日起30个工作日，特殊情形45个工作日",
    "decide_by": "2027-01-06",
}
SUPPLEMENT = COMMON | {
    "applicant": "张守田",
    "received_on": "2026-11-20",
    "programme": DIBAO,
    "return_by": "2026-12-04",
    "missing": [
        {
            "name": "家庭经济状况核对授权书",
            "why": "家庭成员王桂芳尚未签字，不能开始信息核对",
            "how": "到窗口或由村协理员上门签字",
        },
        {"name": "住院费用结算单", "why": "外省就医的费用，医保系统里还没有", "how": "就诊医院收费处补打"},
    ],
}
REFUSAL = COMMON | {
    "organisation": "青禾县民政局",
    "applicant": "张守田",
    "received_on": "2026-10-09",
    "programme": DIBAO,
    "facts": ["您家共同生活的家庭成员三人，前12个月可支配收入合计41,280.00元，人均每月1,146.67元。"],
    "reasons": ["人均月收入高于本县农村最低生活保障标准每月640.00元。"],
    "basis": ["《社会救助法》第十八条、第四十五条", "《最低生活保障审核确认办法》第四条"],
    "review_limit": "60日",
    "review_body": "青禾县人民政府",
    "lawsuit_limit": "6个月",
    "court": "青禾县人民法院",
    "other_aid": "刚性支出困难家庭认定、医疗救助",
}
PUBLICITY = COMMON | {
    "title": "最低生活保障拟确认对象公示",
    "basis": "《社会救助法》第四十五条",
    "place": "河湾乡柳树村",
    "programme": DIBAO,
    "stage": "拟确认",
    "days": 7,
    "from": "2026-11-23",
    "to": "2026-11-29",
    "rows": [
        {"name": "张守田", "members": 3, "amount": "1,140.00"},
        {"name": "欧阳春花", "members": 1, "amount": "560.00"},
    ],
}
PLEDGE = PLAIN | {
    "applicant": "张守田",
    "programme": DIBAO,
    "statements": [
        "所填家庭人口、收入、财产、支出情况以及提交的材料真实、完整。",
        "愿意接受家庭经济状况核对、入户调查和定期复核。",
        "家庭情况发生变化的，在30日内告知村（居）民委员会或乡镇人民政府。",
        "与经办人员、村（居）民委员会成员有近亲属关系的，已如实说明。",
    ],
    "members": [{"name": "张守田", "relation": "本人"}, {"name": "王桂芳", "relation": "配偶"}],
}
AUTHORISATION = PLAIN | {
    "authorised": "青禾县民政局",
    "programme": DIBAO,
    "sources": [
        "公安",
        "人力资源社会保障",
        "税务",
        "市场监管",
        "自然资源",
        "住房公积金",
        "医疗保障",
        "银行",
        "证券",
        "保险",
    ],
    "basis": "《中华人民共和国社会救助法》第四十条、第四十一条",
    "purpose": "用于本次申请的审核确认以及享受期间的定期复核",
    "rights": "查询所得只用于社会救助，依法保密；本人可以查询、更正，也可以书面撤回授权。",
    "period": "自签署之日起至不再享受之日止",
    "members": [
        {
            "name": "张守田",
            "relation": "本人",
            "id_number": "429998196603151234",
            "signed_at": "2026年11月22日 10:30",
            "place": "河湾乡便民服务中心",
            "device": "窗口的屏幕",
            "digest": "a541a9c47a3cf01e26b1455ca8d5371885f8f89070991382840c69a6efa18d8f",
        },
        {"name": "王桂芳", "relation": "配偶", "id_number": "429998196805204321"},
        {"name": "张小宝", "relation": "孙子", "id_number": "429998201509013333", "guardian": "张守田"},
    ],
}
FILE = PLAIN | {
    "organisation": "青禾县民政局",
    "title": "一户一档",
    "subtitle": "户编号：H2K7Q",
    "watermark": {"name": "刘晓燕", "unit": "河湾乡人民政府", "time": "2026年11月22日 10:30"},
    "sections": [
        {
            "title": "家庭概况",
            "pairs": [
                ["户主", "张守田"],
                ["住址", "青禾县河湾乡"],
                ["人口", "3人"],
                ["救助类别", "低保边缘"],
                ["联系电话", "138****1234"],
            ],
        },
        {
            "title": "家庭成员",
            "columns": [
                {"title": "姓名"},
                {"title": "关系"},
                {"title": "证件号", "width": 2},
                {"title": "月收入（元）", "align": "right"},
            ],
            "rows": [
                ["张守田", "本人", "4299**********1234", "860.00"],
                ["王桂芳", "配偶", "4299**********4321", "0.00"],
            ],
        },
        {"title": "救助记录", "columns": [{"title": "时间"}, {"title": "事项", "width": 3}], "rows": []},
        {"title": "需求画像", "text": "主要困难是医疗支出：近12个月自付医疗费占家庭收入的六成。"},
    ],
}
LIST = PLAIN | {
    "organisation": "青禾县民政局",
    "title": "低收入人口监测名单",
    "subtitle": "河湾乡　红色预警",
    "watermark": {"name": "刘晓燕", "unit": "青禾县民政局", "time": "2026年11月22日 10:30"},
    "columns": [
        {"title": "序号", "width": 0, "align": "center"},
        {"title": "户编号", "width": 1},
        {"title": "得分", "width": 0.6, "align": "right"},
        {"title": "村", "width": 1},
        {"title": "主要原因", "width": 4},
    ],
    "rows": [[str(n), f"H{n:05d}", "12.5", "柳树村", "近12个月自付医疗费超过家庭年收入一半"] for n in range(1, 801)],
    "note": "名单只供核查走访使用，不得外传。",
}
VERIFICATION = PLAIN | {
    "organisation": "青禾县居民家庭经济状况核对中心",
    "applicant": "张守田家",
    "household": "K7M2QX",
    "check_number": "HD20261122-000017",
    "authorisation": "青救授〔2026〕17号",
    "programmes": "最低生活保障、低保边缘家庭认定",
    "as_of": "2026-10-31",
    "valid_until": "2027-05-21",
    "rulebook": "默认手册 2026.1",
    "previous": "HD20261101-000009",
    "review": "更正。车已报废，有注销证明。",
    "obligors": [{"relation": "子女", "document": "同〔2026〕1号", "until": "2027年11月22日"}],
    "conclusions": [
        {"title": DIBAO, "who": "全户", "conclusion": "超标", "words": "家庭汽车数为 1 辆"},
        {"title": "低保边缘家庭认定", "who": "全户", "conclusion": "不能判断", "words": "还缺：人均金融资产"},
    ],
    "findings": [
        {
            "severity": "超标",
            "item": "机动车",
            "text": "“没有汽车”不成立",
            "origin": "机动车明细.txt 第192行，2026年9月30日",
        },
    ],
    "sources": [
        {"department": "公安局", "item": "户籍与家庭成员", "words": "查到 3 条", "date": "2026年10月31日"},
        {"department": "自然资源和规划局", "item": "不动产", "words": "没有记录", "date": "2026年9月30日"},
    ],
    "missing": [{"department": "银行", "item": "存款", "words": "一直没有收到这份数据"}],
    "members": [{"name": "张守田", "relation": "户主", "id_number": "4201**********1234", "signed": "本人"}],
}

RECOGNITION = PLAIN | {
    "organisation": "青禾县医疗保障局",
    "applicant": "张*田",
    "id_number": "4201**********1234",
    "programme": "低保",
    "answer": "在册",
    "since": "2024-03-01",
    "as_of": "2026-10-31",
    "matter": "参保资助",
}

FAMILY = PLAIN | {
    "applicant": "张守田",
    "place": "麦岭镇上湾村",
    "as_of": "2026-10-31",
    "contact": {"name": "镇救助窗口", "phone": "12345"},
}
CARE = FAMILY | {
    "enjoyed": [
        {"title": "残疾人护理补贴", "who": "张守田", "standard": "每人每月80元", "office": "县残联", "phone": "12345"},
    ],
    "available": [
        {
            "title": DIBAO,
            "who": "全家",
            "amount": "每月约 384.00 元",
            "how": "申请：乡镇窗口，村（社区）可代办",
            "bring": "身份证、户口簿",
            "office": "县民政局社会救助股",
            "phone": "12345",
            "note": "不能与低保边缘家庭认定同时享受，由您选一样。",
        },
    ],
    "questions": [
        {"words": "最近三个月，家里有没有遇到火灾这样的急事？", "bring": "消防的材料", "titles": "临时救助（急难型）"}
    ],
}
SERVICES = FAMILY | {
    "departments": [
        {
            "name": "民政局",
            "rows": [
                {
                    "title": DIBAO,
                    "who": "全家",
                    "state": "可以申请",
                    "gives": "每月发差额",
                    "steps": "1．申请（乡镇窗口）",
                    "bring": "身份证",
                    "limits": "全程30个工作日",
                    "office": "县民政局社会救助股",
                    "phone": "12345",
                }
            ],
        }
    ],
    "done": [{"on": "2026年10月12日", "office": "县医保局", "words": "医疗救助（现金），500.00 元"}],
}
POLICY = PLAIN | {
    "title": "临时救助实施细则",
    "sections": [{"title": "一、对象", "paragraphs": ["基本生活眼下过不下去的。", "不论户籍在哪里。"]}],
}

SAMPLES: dict[str, dict[str, Any]] = {
    "acceptance": ACCEPTANCE,
    "supplement": SUPPLEMENT,
    "refusal": REFUSAL,
    "publicity": PUBLICITY,
    "pledge": PLEDGE,
    "authorisation": AUTHORISATION,
    "verification": VERIFICATION,
    "recognition": RECOGNITION,
    "care": CARE,
    "services": SERVICES,
    "policy": POLICY,
    "file": FILE,
    "list": LIST,
}
