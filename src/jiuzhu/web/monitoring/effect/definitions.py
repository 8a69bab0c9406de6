"""每个数怎么算。页面上点开看的、导出表里的、文档里的，都是这里的话。"""

from dataclasses import dataclass

REFERENCE_HIT_RATE = 59.0
REFERENCE_SOURCE = "湖北省孝昌县公开介绍的精准率（预警核实属实的比例），口径由当地自定，只作参照。"


@dataclass(frozen=True)
class Definition:
    """一个数：名称、单位、口径。"""

    code: str
    title: str
    unit: str
    meaning: str


ALL = (
    Definition(
        "warned", "预警", "户",
        "这段时间里完成的各次监测发出预警的户。一户预警几次只数一次，级别、类别以其中最后一次为准。",
    ),
    Definition(
        "sent", "派单", "户",
        "预警的户里，已由预警派了单的。派单在预警之前、预警时还在办的，也算（并入同一单）。",
    ),
    Definition("unsent", "还没有处置", "户", "预警的户里，既没有派单、也没有排除的。"),
    Definition(
        "in_time", "按时接单", "份",
        "派给各单位的每一份单子里，在接单期限之内接下的（退回也算回应）。一单派几个单位就是几份。",
    ),
    Definition(
        "late", "接单超期", "份",
        "过了接单期限才接，或到现在还没有接的。没有到期的不算。",
    ),
    Definition(
        "ended", "办结", "户", "派单的户里，单子已经办结的。",
    ),
    Definition(
        "verified", "已核实", "户", "预警的户里已有结论的：属实与不属实相加。还在办的、还没有派的不算。",
    ),
    Definition(
        "true", "属实", "户",
        "办结为“政策已落实”“已按类别推送办理”“一事一议已解决”“已核实退出”“现行政策无法解决”的：数据说的是真的，不论是否已经解决。",
    ),
    Definition(
        "false", "不属实", "户",
        "办结为“不属实”“无需救助”的，和没有派单、直接排除的。",
    ),
    Definition(
        "hit_rate", "命中率", "%",
        "属实的户 ÷ 预警的户。还没有核实的户留在分母里，所以刚预警时偏低，办结之后才见分晓；一户也没有核实的不显示。",
    ),
    Definition(
        "precision", "核实属实率", "%", "属实的户 ÷ 已核实的户。只看已有结论的。",
    ),
    Definition(
        "aided", "得到帮扶", "户", "单子里登记了帮扶措施的户，按措施的种类分；一户有几种各数一次，合计只数一次。",
    ),
    Definition(
        "money", "帮扶金额（一次性）", "元", "这些单子里登记的一次性措施金额相加。服务、实物没有写金额的不折算。",
    ),
    Definition(
        "monthly", "帮扶金额（每月）", "元", "这些单子里登记的每月给的金额相加；按年给的除以十二算进来。",
    ),
    Definition(
        "median_days", "办结用时（一半不超过）", "天", "从派单到办结的日历天数，从小到大排，排在正中的那一个。",
    ),
    Definition(
        "p90_days", "办结用时（九成不超过）", "天", "从派单到办结的日历天数，十分之九的单子不超过它。",
    ),
    Definition(
        "asked", "已回访", "户", "办结前抽到回访、已经问过的户。",
    ),
    Definition(
        "satisfied", "满意", "%", "回访时打四分、五分的 ÷ 打了分的（五分制）。",
    ),
    Definition(
        "solved", "已解决", "%", "回访时说问题已解决的 ÷ 已回访的。",
    ),
    Definition(
        "findings_true", "发现属实", "个", "这段时间登记了核实结果、结果为属实的数据发现。",
    ),
    Definition(
        "saved", "每月少发", "元", "核实后停发、降档的，每月少发的钱相加。",
    ),
    Definition(
        "granted", "每月新给", "元", "符合条件未救助、核实后纳入的，每月新给的钱相加。",
    ),
    Definition(
        "recovered", "追回", "元", "核实后追回的，应追回的总数相加。",
    ),
)  # fmt: skip
DEFINITIONS = {item.code: item for item in ALL}
