"""文书的种类：标题、排版模板、文号里的字、必须给出的内容。"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import PaperError


@dataclass(frozen=True)
class PaperTemplate:
    """一种文书。``word`` 是文号里代表它的字（“青民救核”的“救核”），空则不编号。

    ``required`` 是 ``data`` 里必须有的键与中文名；``stored=False`` 的只打印，不作为文书存档。
    """

    code: str
    title: str
    word: str = ""
    required: Mapping[str, str] = field(default_factory=dict)
    stored: bool = True

    @property
    def file(self) -> str:
        """排版模板的文件名。"""
        return f"{self.code}.typ"

    def demand(self, data: Mapping[str, Any]) -> None:
        """必须的内容是否都有；缺的一次说全。"""
        missing = [title for key, title in self.required.items() if data.get(key) in (None, "", [], {})]
        if missing:
            raise PaperError(
                f"《{self.title}》还缺：{'、'.join(missing)}，没有生成。请补上再做一次。", code="paper_incomplete"
            )


PERSON = {"applicant": "申请人", "programme": "救助项目"}
RECEIVED = {"received_on": "申请日期"}
TABLE = {"title": "标题", "columns": "栏目"}

TEMPLATES: dict[str, PaperTemplate] = {
    template.code: template
    for template in (
        PaperTemplate("acceptance", "受理通知书", "救受", {**PERSON, **RECEIVED, "basis": "依据", "limit": "办理时限"}),
        PaperTemplate(
            "supplement",
            "补正材料一次性告知书",
            "救补",
            {**PERSON, **RECEIVED, "missing": "所缺材料", "return_by": "补交期限"},
        ),
        PaperTemplate(
            "refusal",
            "不予确认告知书",
            "救核",
            {
                **PERSON,
                **RECEIVED,
                "facts": "认定的事实",
                "reasons": "理由",
                "basis": "依据",
                "review_limit": "行政复议期限",
                "review_body": "行政复议机关",
                "lawsuit_limit": "行政诉讼期限",
                "court": "受理法院",
            },
        ),
        PaperTemplate(
            "publicity",
            "公示",
            "救公",
            {
                "title": "标题",
                "basis": "依据",
                "place": "地方",
                "programme": "救助项目",
                "stage": "阶段",
                "days": "公示天数",
                "from": "公示开始日期",
                "to": "公示结束日期",
                "rows": "名单",
            },
        ),
        PaperTemplate("pledge", "诚信承诺书", "", {**PERSON, "statements": "承诺内容", "members": "签字人"}),
        PaperTemplate(
            "authorisation",
            "家庭经济状况核对授权书",
            "救授",
            {
                "authorised": "被授权单位",
                "basis": "依据",
                "programme": "救助项目",
                "sources": "查询的部门和机构",
                "purpose": "用途",
                "period": "授权期限",
                "rights": "本人的权利",
                "members": "授权人",
            },
        ),
        PaperTemplate(
            "verification",
            "家庭经济状况核对报告",
            "救对",
            {
                "applicant": "核对对象",
                "check_number": "核对编号",
                "programmes": "核对的项目",
                "as_of": "数据截至",
                "valid_until": "有效期",
                "authorisation": "授权书编号",
                "conclusions": "结论",
                "sources": "比对的来源",
            },
        ),
        PaperTemplate(
            "recognition",
            "社会救助对象身份互认单",
            "救认",
            {"id_number": "证件号码", "programme": "救助类别", "answer": "查询结果", "matter": "用途"},
        ),
        PaperTemplate("care", "政策关爱清单", "救关", {"applicant": "户主", "as_of": "数据截至"}),
        PaperTemplate("services", "困难家庭救助服务清单", "救清", {"applicant": "户主", "as_of": "数据截至"}),
        PaperTemplate("policy", "政策文件", "", {"title": "标题", "sections": "内容"}, stored=False),
        PaperTemplate("file", "一户一档", "", {"title": "标题", "sections": "内容"}, stored=False),
        PaperTemplate("list", "清单", "", TABLE, stored=False),
    )
}
