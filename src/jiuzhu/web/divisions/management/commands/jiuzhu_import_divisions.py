"""``jiuzhu manage jiuzhu_import_divisions``：从文件导入区划。"""

from jiuzhu.web.divisions.commands import ImportCommand
from jiuzhu.web.divisions.models import ImportFile


class Command(ImportCommand):
    """表头：代码 名称 级别 上级代码 启用日期 停用日期 文号。"""

    help = "从 CSV 或 XLSX 导入区划；有一行有问题就一行也不导入，除非加 --skip-bad。"
    kind = ImportFile.Kind.DIVISIONS
