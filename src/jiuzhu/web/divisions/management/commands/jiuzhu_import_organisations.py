"""``jiuzhu manage jiuzhu_import_organisations``：从文件导入机构。"""

from jiuzhu.web.divisions.commands import ImportCommand
from jiuzhu.web.divisions.models import ImportFile


class Command(ImportCommand):
    """表头：编码 名称 简称 类别 部门 所在区划 上级 电话 地址 启用日期 停用日期。"""

    help = "从 CSV 或 XLSX 导入机构；有一行有问题就一行也不导入，除非加 --skip-bad。"
    kind = ImportFile.Kind.ORGANISATIONS
