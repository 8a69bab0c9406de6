"""从文字里去掉个人信息：证件号、手机号、账号、口令，以及写明“姓名”的姓名。

姓名没有可认的样子，所以另有一条规矩：日志里不写对象，只写编号。宁可多抹，不可漏掉；全角数字、
中间加空格或短横的写法也认。区划代码（12 位）、任务编号、金额不受影响。
"""

import re

ID_NUMBER, PHONE, ACCOUNT, NAME, SECRET = "〔证件号〕", "〔电话〕", "〔号码〕", "〔姓名〕", "〔口令〕"
SPACE = r"[ \u3000\-－]?"
NAME_LABELS = "姓名|户主|申请人|联系人|收款人|户名|亲属|name"
# 写明是姓名而其实不是的
NOT_NAMES = "不能|不得|不是|不符|为空|必填|有误|缺失|未填|过长|重复|列|字段"

PATTERNS = (
    (re.compile(r"(\w+://[^:/@\s]*):[^@/\s]+@"), rf"\1:{SECRET}@"),
    (re.compile(r"(?i)((?:password|passwd|secret|token|口令|密码)['\"]?\s*[=:：]\s*['\"]?)[^\s'\",;，；。]+"), rf"\1{SECRET}"),
    (re.compile(rf"(?<!\d)\d{{6}}{SPACE}(?:1[89]|20)\d\d{SPACE}[01]\d{SPACE}?[0-3]\d{SPACE}\d{{3}}[\dXxＸｘ](?!\d)"), ID_NUMBER),
    (re.compile(r"(?<!\d)\d{17}[XxＸｘ]"), ID_NUMBER),
    (re.compile(rf"(?<!\d)(?:\+?86{SPACE})?1[3-9]\d{SPACE}\d{{4}}{SPACE}\d{{4}}(?!\d)"), PHONE),
    (re.compile(rf"(?<!\d)(?:\d{{4}}{SPACE}){{4}}\d{{0,3}}(?!\d)"), ACCOUNT),
    (re.compile(r"(?<!\d)\d{15,}"), ACCOUNT),
    (re.compile(r"(?<!\d)0\d{2,3}[-－]\d{7,8}(?!\d)"), PHONE),
    (
        re.compile(
            rf"(?i)((?:{NAME_LABELS})['\"]?\s*(?:[=:：]|为|是)\s*['\"“]?)(?!{NOT_NAMES})[\u3400-\u9fff·]{{2,15}}"
        ),
        rf"\1{NAME}",
    ),
)  # fmt: skip


def scrub(text: str) -> str:
    """去掉个人信息后的文字。"""
    for pattern, replacement in PATTERNS:
        text = pattern.sub(replacement, text)
    return text
