"""导入区划与机构：编码不限、行号对得上、要么全成要么全不成、再导一次什么也不变。"""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from django.core.management import CommandError, call_command

from jiuzhu.web.audit.models import Entry
from jiuzhu.web.divisions.imports import Action, ImportPlan, ReadRefused
from jiuzhu.web.divisions.models import Division, DivisionChange, Organisation
from jiuzhu.web.divisions.selectors import name_of, successors
from jiuzhu.web.divisions.services import County, import_apply, import_plan
from jiuzhu.web.divisions.walls import EVERYWHERE
from jiuzhu.web.ground.errors import Conflict

from .conftest import ACTOR

Write = Callable[..., Path]
GOOD = """代码,名称,级别,上级代码,启用日期,停用日期
429996000000,嘉禾县,县级,,2020年1月1日,
429996100000,清水镇,乡级,429996000000,2020-01-01,
429996100201,上村,村级,429996100000,2020/1/1,
429996100001,清水社区,,,2020.01.01,
"""
BAD = GOOD + "429996100202,下村,乡级,,,\n42999610020,短村,村级,,,\n429996100203,,村级,,,\n429996777201,孤村,村级,,,\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """写一个导入文件。"""

    def made(text: str, name: str = "区划.csv", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        return file

    return made


def divisions(file: Path, **options: bool) -> ImportPlan:
    """导入区划。"""
    return import_apply(actor=ACTOR, area=EVERYWHERE, kind="divisions", file=file, **options)


def organisations(file: Path, **options: bool) -> ImportPlan:
    """导入机构。"""
    return import_apply(actor=ACTOR, area=EVERYWHERE, kind="organisations", file=file, **options)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_各种编码都读得对(write: Write, encoding: str) -> None:
    assert divisions(write(GOOD, encoding=encoding)).counts[Action.CREATE] == 4
    row = Division.objects.get(code="429996100001")
    assert (row.name, row.kind, row.level, row.parent_code) == ("清水社区", "community", "village", "429996100000")


@pytest.mark.django_db
def test_工作簿里代码存成数字_表头不在第一行也认得(tmp_path: Path) -> None:
    file = tmp_path / "区划.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(
            [
                ["嘉禾县区划表"],
                ["区划代码", "区划名称", "级别"],
                [429996000000, "嘉禾县", "县"],
                ["429996100", "清水镇", "乡镇"],
            ]
        ):
            sheet.write_row(row, 0, cells)
    divisions(file)
    assert [name_of("429996"), name_of("429996100")] == ["嘉禾县", "清水镇"]


@pytest.mark.django_db
def test_再导入一次什么也不变_也不留审计(write: Write) -> None:
    file = write(GOOD)
    divisions(file)
    entries = Entry.objects.count()
    again = divisions(file)
    assert again.writes == 0
    assert again.counts[Action.SAME] == 4
    assert Entry.objects.count() == entries


@pytest.mark.django_db
def test_有一行有问题就一行也不导入_问题写明行列(write: Write) -> None:
    file = write(BAD)
    with pytest.raises(Conflict, match="4 行有问题"):
        divisions(file)
    assert not Division.objects.exists()
    said = {
        problem.row: (problem.column, str(problem))
        for problem in import_plan(area=EVERYWHERE, kind="divisions", file=file).problems
    }
    assert {row: column for row, (column, _) in said.items()} == {6: "级别", 7: "代码", 8: "名称", 9: "上级代码"}
    assert "代码是村级，级别却写成乡级" in said[6][1]


@pytest.mark.django_db
def test_跳过有问题的行_其余导入_坏行写在旁边(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(BAD, encoding="gb18030")
    call_command("jiuzhu_import_divisions", str(file), "--skip-bad")
    assert Division.objects.count() == 4
    lines = (tmp_path / "区划-未导入.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[0].endswith("原文件行号,原因")
    assert lines[1].startswith("429996100202,下村,乡级")
    assert "第 7 行“代码”" in capsys.readouterr().err


@pytest.mark.django_db
def test_命令遇到坏行不导入_说怎么办(write: Write) -> None:
    with pytest.raises(CommandError, match="skip-bad"):
        call_command("jiuzhu_import_divisions", str(write(BAD)))
    assert not Division.objects.exists()


@pytest.mark.django_db
def test_上级有问题_下级也不导入(write: Write) -> None:
    file = write("代码,名称,级别\n429996000000,嘉禾县,县级\n429996100000,清水镇,村级\n429996100201,上村,村级\n")
    plan = divisions(file, skip_bad=True)
    assert plan.bad_rows == 2
    assert list(Division.objects.values_list("code", flat=True)) == ["429996000000"]


@pytest.mark.django_db
def test_名称不同而启用较晚即更名_旧名还问得到(write: Write) -> None:
    divisions(write(GOOD))
    plan = divisions(write("代码,名称,启用日期,文号\n429996100000,清水街道,2024-05-01,嘉政发〔2024〕3号\n"))
    assert plan.counts[Action.RENAME] == 1
    from datetime import date

    assert name_of("429996100", date(2024, 4, 30)) == "清水镇"
    assert name_of("429996100", date(2024, 5, 1)) == "清水街道"
    assert Division.objects.get(code="429996100000", valid_to=None).kind == "subdistrict"
    assert DivisionChange.objects.get().document == "嘉政发〔2024〕3号"
    assert successors("429996100000") == ["429996100000"]


@pytest.mark.django_db
def test_没写启用日期而名称不同即更正(write: Write) -> None:
    divisions(write(GOOD))
    plan = divisions(write("代码,名称\n429996100201,上湾村\n"))
    assert plan.counts[Action.CORRECT] == 1
    assert Division.objects.filter(code="429996100201").count() == 1
    assert Entry.objects.filter(action="divisions.divisions_import", subject_key="429996100201").count() == 1


@pytest.mark.django_db
def test_还有下级的不能停用_同一文件里一起停用可以(write: Write) -> None:
    divisions(write(GOOD))
    town = "429996100000,清水镇,2025-01-01\n"
    with pytest.raises(Conflict, match="还有 2 个下级在用"):
        divisions(write("代码,名称,停用日期\n" + town))
    below = "429996100201,上村,2025-01-01\n429996100001,清水社区,2025-01-01\n"
    assert divisions(write("代码,名称,停用日期\n" + town + below)).counts[Action.CLOSE] == 3
    assert successors("429996100201") == []


@pytest.mark.django_db
def test_时间段重叠的不导入(write: Write) -> None:
    divisions(write(GOOD))
    with pytest.raises(Conflict, match="重叠"):
        divisions(write("代码,名称,启用日期,停用日期\n429996100201,老村,2019-01-01,2020-06-01\n"))
    divisions(write("代码,名称,启用日期,停用日期\n429996100201,老村,2010-01-01,2020-01-01\n"))
    assert Division.objects.filter(code="429996100201").count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "said"),
    [("名称,级别\n上村,村级\n下村,村级\n", "缺少“代码”"), ("甲,乙\n一,二\n", "没有找到区划的表"), ("", "文件是空的")],
)
def test_不成样子的文件说清楚(write: Write, text: str, said: str) -> None:
    with pytest.raises(ReadRefused, match=said):
        divisions(write(text))


OFFICES = """编码,名称,简称,类别,部门,所在区划,上级,电话
HF-JY,禾丰县教体局,县教体局,部门,教体局,禾丰县,,0712-1234567
HF-ZJ,白沙镇便民中心,,乡镇经办机构,,429997101,HF-MZ,
HF-MZ,禾丰县民政事务中心,,内设股室,民政,429997000000,429997-minzheng,
"""


def test_机构_先上级后下级_部门与区划认得各种写法(hefeng: County, write: Write) -> None:
    plan = organisations(write(OFFICES, "机构.csv"))
    assert plan.counts[Action.CREATE] == 3
    rows = {row.code: row for row in Organisation.objects.filter(code__startswith="HF-")}
    assert (rows["HF-JY"].department, rows["HF-JY"].division_code) == ("jiaoyu", "429997000000")
    assert rows["HF-ZJ"].parent == rows["HF-MZ"]
    assert rows["HF-MZ"].parent.code == "429997-minzheng"
    assert organisations(write(OFFICES, "机构.csv")).writes == 0


def test_机构_空格子不改_写了的才改(hefeng: County, write: Write) -> None:
    organisations(write(OFFICES, "机构.csv"))
    organisations(write("编码,名称,地址\nHF-JY,禾丰县教育局,人民路1号\n", "机构.csv"))
    row = Organisation.objects.get(code="HF-JY")
    assert (row.name, row.address, row.phone, row.department) == ("禾丰县教育局", "人民路1号", "07121234567", "jiaoyu")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("X1,某局,部门,,禾丰县,", "是哪个部门"),
        ("X1,某局,部门,天文局,禾丰县,", "部门字典里没有“天文局”"),
        ("X1,某站,乡镇经办机构,,柳树村,", "叫“柳树村”的有 2 处"),
        ("X1,某站,乡镇经办机构,,429990101,", "不在库里"),
        ("X1,某站,衙门,,禾丰县,", "衙门"),
        ("X1,某站,社会组织,,禾丰县,没有的", "找不到上级"),
        ("X1,某站,,,禾丰县,", "没有写类别"),
        ("X1,某站,社会组织,,禾丰县,X1", "上级"),
    ],
)
def test_机构_有问题的行说清楚(hefeng: County, write: Write, line: str, said: str) -> None:
    before = Organisation.objects.count()
    with pytest.raises(Conflict, match=said):
        organisations(write(f"编码,名称,类别,部门,所在区划,上级\n{line}\n", "机构.csv"))
    assert Organisation.objects.count() == before


def test_机构_还有下级在用的不能停用(hefeng: County, write: Write) -> None:
    with pytest.raises(Conflict, match="2 个在用的下级机构"):
        organisations(write("编码,名称,停用日期\n429997100-station,河湾乡社会救助工作站,2026-01-01\n", "机构.csv"))
