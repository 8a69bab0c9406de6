"""两种导入文件的列：表头的各种写法、类型、固定选项。沿用引擎的数据目录，读法与部门文件完全一样。"""

from collections.abc import Mapping

from jiuzhu.engine.catalog.headers import normalise_word
from jiuzhu.engine.catalog.model import Catalog, Field, FieldType, Source
from jiuzhu.web.divisions.models import Division, ImportFile, Organisation

LEVELS: dict[str, tuple[str, ...]] = {
    Division.Level.PROVINCE: ("省级", "省", "省、自治区、直辖市", "1"),
    Division.Level.CITY: ("市级", "地级", "市", "地级市", "州", "2"),
    Division.Level.COUNTY: ("县级", "县", "区县", "区", "县级市", "3"),
    Division.Level.TOWNSHIP: ("乡级", "乡镇", "乡镇级", "镇", "乡", "街道", "乡镇街道", "4"),
    Division.Level.VILLAGE: ("村级", "村", "社区", "村居", "村社区", "居委会", "村委会", "5"),
}
KINDS: dict[str, tuple[str, ...]] = {
    Organisation.Kind.COUNTY_OFFICE: ("县级机关", "机关", "县直机关"),
    Organisation.Kind.DEPARTMENT: ("部门", "县直部门", "职能部门"),
    Organisation.Kind.BUREAU_UNIT: ("内设股室", "内设机构", "股室", "科室"),
    Organisation.Kind.VERIFICATION_CENTRE: ("核对中心", "核对机构"),
    Organisation.Kind.TOWNSHIP_STATION: ("乡镇经办机构", "乡镇机构", "乡镇", "乡镇站所", "民政办"),
    Organisation.Kind.VILLAGE_POINT: ("村级服务点", "村级", "服务点", "村居"),
    Organisation.Kind.SOCIAL_ORGANISATION: ("社会组织", "社工机构", "社会力量"),
}


def codes(table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """写法（归一后）→ 稳定代码。"""
    return {normalise_word(word): str(value) for value, words in table.items() for word in words}


def column(key: str, title: str, kind: FieldType, *headers: str, required: bool = False) -> Field:
    """一列；标题本身也是一种表头写法。"""
    return Field(key, title, kind, (title, *headers), required=required)


def choice(key: str, title: str, table: Mapping[str, tuple[str, ...]], *headers: str) -> Field:
    """有固定选项的一列。"""
    return Field(key, title, FieldType.CODE, (title, *headers), closed=True, codes=codes(table))


TEXT, DATE = FieldType.TEXT, FieldType.DATE
DATES = (
    column("valid_from", "启用日期", DATE, "生效日期", "设立日期", "启用时间"),
    column("valid_to", "停用日期", DATE, "失效日期", "撤销日期", "停用时间"),
)
DIVISIONS = Source(
    ImportFile.Kind.DIVISIONS,
    "民政局",
    "区划",
    "data",
    "不定期",
    (
        column("code", "代码", FieldType.PLACE_CODE, "区划代码", "行政区划代码", "统计用区划代码", required=True),
        column("title", "名称", TEXT, "区划名称", "地名", "单位名称", required=True),
        choice("level", "级别", LEVELS, "区划级别", "行政级别"),
        column("parent", "上级代码", FieldType.PLACE_CODE, "上级区划代码", "父级代码"),
        *DATES,
        column("document", "文号", TEXT, "批准文号", "依据"),
    ),
)
ORGANISATIONS = Source(
    ImportFile.Kind.ORGANISATIONS,
    "民政局",
    "机构",
    "data",
    "不定期",
    (
        column("code", "编码", TEXT, "机构编码", "单位编码", "机构代码", required=True),
        column("title", "名称", TEXT, "机构名称", "单位名称", required=True),
        column("short_name", "简称", TEXT, "机构简称", "单位简称"),
        choice("kind", "类别", KINDS, "机构类别", "单位类别", "机构类型"),
        column("department", "部门", TEXT, "所属部门", "主管部门"),
        column("division", "所在区划", TEXT, "区划", "区划代码", "所在地", "所在区划代码"),
        column("parent", "上级", TEXT, "上级机构", "上级编码", "上级机构编码", "主管单位"),
        column("phone", "电话", FieldType.PHONE, "联系电话", "办公电话"),
        column("address", "地址", TEXT, "办公地址", "单位地址"),
        *DATES,
    ),
)
CATALOGS = {source.key: Catalog({source.key: source}) for source in (DIVISIONS, ORGANISATIONS)}


def blank_header(kind: str) -> list[str]:
    """空表的表头。"""
    return [item.title for item in CATALOGS[kind][kind].fields]
