"""接收中会出现的每一种问题:稳定的代码、给人看的原因、怎么办。docs/errors.md 由此生成。"""

from dataclasses import dataclass
from enum import StrEnum

from jiuzhu.engine.errors import EngineError


class IntakeError(EngineError):
    """一个文件(或整个文件夹)读不了。``code`` 是 :data:`ISSUES` 里 file 级的代码之一。"""

    code = "unreadable"


class Level(StrEnum):
    """问题落在哪一级。"""

    FILE = "file"
    ROW = "row"
    VALUE = "value"
    IGNORED = "ignored"

    @property
    def label(self) -> str:
        """给人看的级别名。"""
        return {"file": "整个文件或表", "row": "整行隔离", "value": "值不可用", "ignored": "不算数据的行"}[self.value]


@dataclass(frozen=True, slots=True)
class Issue:
    """一种问题。``reason`` 说是什么,``remedy`` 说怎么办;value 级的 ``reason`` 可含 ``{value}``(敏感字段不填)。"""

    code: str
    level: Level
    reason: str
    remedy: str

    def text(self, detail: str = "") -> str:
        """完整的一句话:原因、细节、怎么办。"""
        return f"{self.reason}{detail}；{self.remedy}。"


def _table(level: Level, *rows: tuple[str, str, str]) -> dict[str, Issue]:
    return {code: Issue(code, level, reason, remedy) for code, reason, remedy in rows}


ISSUES: dict[str, Issue] = {
    **_table(
        Level.FILE,
        ("empty_file", "文件是空的", "请部门重新导出后再报"),
        ("torn_file", "文件不完整，可能没有传完或已损坏", "请重新复制或重新导出后再报"),
        ("password_protected", "文件设了打开密码，读不了", "请去掉密码另存后再报"),
        ("unsupported_format", "不支持这种文件格式", "请另存为 XLSX 或 CSV 后再报"),
        ("not_text", "内容不是文本表格", "请检查是否放错了文件，或重新导出为 XLSX、CSV"),
        ("unreadable", "文件打不开", "请检查文件是否存在、是否有读取权限"),
        ("no_table", "文件里没有找到表格", "请检查是否放错了文件"),
        ("no_header", "没有找到表头，各列的含义无从知道", "请补上表头行后再报"),
        ("unknown_source", "认不出是哪个部门的哪类数据", "请核对表头，或在数据目录中补充表头词"),
        ("ambiguous_source", "表头同时像几个来源，分不清", "请补充有区别的列，或在数据目录中补充表头词"),
        ("missing_column", "缺少必需的列", "相关事实将为未知；请部门补报这一列，或在数据目录中补充表头词"),
        ("no_rows", "只有表头，没有数据行", "如确无数据可不处理，否则请重新导出"),
        ("damaged_text", "有字节无法解码，已用替代符代替", "受影响的值另有说明；请重新导出为 UTF-8 后再报"),
        ("same_file", "与另一个文件内容完全相同，没有重复计入", "请删除多余的一份"),
    ),
    **_table(
        Level.ROW,
        ("no_subject", "姓名和证件号码都是空的，不知道是谁的", "请补上姓名或证件号码"),
        ("extra_cells", "这一行比表头多出了有内容的单元格，各列可能错位", "请检查值里是否夹了分隔符，加引号后再报"),
        ("torn_row", "文件末行不完整，后面可能还缺数据", "请重新导出后再报"),
    ),
    **_table(
        Level.VALUE,
        ("bad_date", "不是认得的日期写法", "请写成 2026-09-30"),
        ("impossible_date", "日历上没有这一天，或年份不在 1900–2100", "请核对后更正"),
        ("bad_month", "不是认得的年月写法", "请写成 2026-09"),
        ("bad_year", "不是认得的年度写法", "请写成四位年份，如 2026"),
        ("bad_money", "不是认得的金额写法", "请写成以元为单位的数字，如 1234.50"),
        ("bad_number", "不是数字", "请写成数字"),
        ("bad_integer", "不是整数", "请写成整数"),
        ("bad_yes_no", "看不出是「是」还是「否」", "请写「是」或「否」"),
        ("unknown_code", "不在代码表中", "请按数据目录的代码填写"),
        ("bad_phone", "不是电话号码", "请写手机号 11 位，或带区号的固定电话"),
        ("bad_account", "不是银行账号", "请写账号的全部数字"),
        ("bad_place_code", "不是区划代码", "请写 12 位统计用区划代码"),
        (
            "number_stored",
            "单元格按数字存，第 15 位以后已丢失，只留前 15 位作认人的线索",
            "请把这一列设为文本格式后重新导出",
        ),
        ("digits_lost", "被电子表格按数字存或改成了科学计数法，后面的数字已丢失", "请把这一列设为文本格式后重新导出"),
        ("broken_text", "含有无法解码的字节", "请重新导出为 UTF-8 后再报"),
        ("nul_removed", "夹有空字节，已去掉，其余照收", "请核对这个值，或重新导出"),
        ("cell_error", "单元格里是公式错误，不是没有值", "请改正公式，或贴成数值后再报"),
    ),
    **_table(
        Level.IGNORED,
        ("blank_row", "空行", "不需要处理"),
        ("totals_row", "合计、小计行", "不需要处理"),
        ("repeated_header", "重复的表头或标题", "不需要处理"),
        ("column_numbers", "栏号行", "不需要处理"),
        ("note_row", "说明、签名、日期等非数据行", "不需要处理；如是数据行，请补上姓名和证件号码"),
        ("notes_sheet", "工作簿中的说明表", "不需要处理"),
        ("hidden_sheet", "隐藏的工作表，没有读", "如是应报的数据，请取消隐藏后再报"),
    ),
}


def issue(code: str) -> Issue:
    """按代码取问题;代码不存在是程序错误,抛 KeyError。"""
    return ISSUES[code]


def file_error(code: str, detail: str = "") -> IntakeError:
    """一个 file 级的错误。"""
    return IntakeError(issue(code).text(detail), code=code)
