"""另存成 .xls 的网页与 XML 表格。"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiuzhu.engine.catalog import load_catalog
from jiuzhu.engine.intake import read_folder

from .conftest import DISABILITY, PEOPLE, codes

CATALOG = load_catalog()
NAMES = [row[0] for row in PEOPLE]


def page(rows: list[list[str]], *, charset: str = "utf-8", close: bool = True) -> str:
    end = "</td>" if close else ""
    body = "".join("<tr>" + "".join(f"<td class='x'>{cell}{end}" for cell in row) + "</tr>\n" for row in rows)
    return (
        f"<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><meta http-equiv=Content-Type content='text/html;"
        f" charset={charset}'><style>td {{mso-number-format:'\\@'}}</style><title>导出</title></head><body>"
        f"<table><tr><td>菜单</td><td>退出</td></tr></table><table border=1>{body}</table></body></html>"
    )


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("close", [True, False])
def test_网页另存的xls(tmp_path, take, charset: str, close: bool) -> None:
    rows = [["残疾人名册"], DISABILITY, *PEOPLE]
    (tmp_path / "甲.xls").write_bytes(page(rows, charset=charset, close=close).encode(charset))
    taken = take()
    assert taken.batches.select("source", "encoding", "rows_read").row(0) == ("disability", "html", 4)
    assert taken.tables["disability"]["name"].to_list() == NAMES
    assert codes(taken) == []


def test_跨行跨列与实体(tmp_path, take) -> None:
    (tmp_path / "甲.xls").write_text(
        "<table><tr><th colspan=4>低保&nbsp;名册</th></tr>"
        "<tr><th>姓名</th><th>身份证号</th><th>家庭住址</th><th>村代码</th><th>户月保障金</th></tr>"
        "<tr><td>王小明</td><td>11010119900307001X</td><td rowspan=2>南塘村<br>6组</td><td>110101001001</td><td>300</td></tr>"
        "<tr><td>李&#33459;</td><td>110101198502140024</td><td>110101001001</td><td>&yen;1,200</td></tr></table>",
        encoding="utf-8",
    )
    table = take().tables["dibao"]
    assert table["name"].to_list() == ["王小明", "李芳"]
    assert table["address"].to_list() == ["南塘村 6组"] * 2
    assert table["household_monthly_benefit"].to_list() == [300.0, 1200.0]


XML = """<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<DocumentProperties><Author>某人</Author></DocumentProperties><Worksheet ss:Name="名单"><Table>
<Row><Cell ss:MergeAcross="3"><Data ss:Type="String">公积金名册</Data></Cell></Row>
<Row ss:Index="3"><Cell><Data ss:Type="String">姓名</Data></Cell><Cell><Data ss:Type="String">身份证号</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="String">月缴存额</Data></Cell></Row>
<Row><Cell><Data ss:Type="String">王小明</Data></Cell><Cell><Data ss:Type="String">11010119900307001X</Data></Cell>
<Cell ss:Index="4"><Data ss:Type="Number">936.64</Data></Cell></Row></Table></Worksheet>
<Worksheet ss:Name="空"><Table/></Worksheet></Workbook>"""


def test_xml表格(tmp_path, take) -> None:
    (tmp_path / "甲.xls").write_text(XML, encoding="utf-8")
    taken = take()
    assert taken.batches.select("file", "source", "encoding").row(0) == ("甲.xls", "housing_fund", "xml")
    assert taken.tables["housing_fund"].select("row", "name", "monthly_deposit").rows() == [(1, "王小明", 936.64)]


def test_单个文件网页(tmp_path, take) -> None:
    import quopri

    inner = quopri.encodestring(page([DISABILITY, *PEOPLE]).encode()).decode()
    text = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="=_x"\n\n--=_x\nContent-Type: text/html; charset="utf-8"\n'
        f"Content-Transfer-Encoding: quoted-printable\n\n{inner}\n--=_x\nContent-Type: text/css\n\ntd {{}}\n--=_x--\n"
    )
    (tmp_path / "甲.xls").write_text(text, encoding="utf-8")
    taken = take()
    assert taken.tables["disability"]["name"].to_list() == NAMES


TAGS = st.lists(
    st.sampled_from(
        [
            "<table>",
            "</table>",
            "<tr>",
            "</tr>",
            "<td>",
            "</td>",
            "<td rowspan=3>",
            "<td colspan=2>",
            "姓名",
            "<row/>",
            "<cell/>",
            "<br>",
        ]
    ),
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(TAGS)
def test_标签怎么乱都只是一个说明或一张表(tmp_path, tags: list[str]) -> None:
    (tmp_path / "甲.xls").write_text("<html>" + "".join(tags), encoding="utf-8")
    taken = read_folder(tmp_path, CATALOG)
    assert taken.batches.height == 1
    assert taken.quarantine.height + taken.ignored.height + taken.batches["rows_accepted"].sum() >= 1
