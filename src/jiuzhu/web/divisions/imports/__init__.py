"""导入文件：读表、逐行核对、得出会改什么。这里只看不写；写入在 ``services/imports.py``。"""

from .divisions import plan_divisions
from .layouts import blank_header
from .organisations import plan_organisations
from .plan import Action, ImportPlan, Step
from .reading import ReadRefused, RowProblem, Table, read_table, write_bad_rows

__all__ = [
    "Action",
    "ImportPlan",
    "ReadRefused",
    "RowProblem",
    "Step",
    "Table",
    "blank_header",
    "plan_divisions",
    "plan_organisations",
    "read_table",
    "write_bad_rows",
]
