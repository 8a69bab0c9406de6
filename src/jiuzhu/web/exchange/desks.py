"""隔离台、认人台向全局声明的：栏目、审计动作的中文名。"""

from jiuzhu.web.ground.menu import MenuItem

QUARANTINE = ("quarantine", "quarantine_batch", "quarantine_row")
MATCHING = ("matching", "matching_row", "matching_list")
DESK_MENU = (
    MenuItem(
        "隔离台",
        "table-alias",
        "exchange:quarantine",
        tuple(f"exchange:{name}" for name in QUARANTINE),
        "exchange.fix_row",
        52,
    ),
    MenuItem(
        "认人台",
        "user-question",
        "exchange:matching",
        tuple(f"exchange:{name}" for name in MATCHING),
        "exchange.view_match",
        53,
    ),
)
DESK_ACTIONS = {
    "exchange.row_fix": "改隔离的行",
    "exchange.row_unfix": "撤销改动的行",
    "exchange.row_reveal": "查看隔离行的原文",
    "exchange.rows_sent": "导出请部门更正的行",
    "exchange.matches_refresh": "装入拿不准的行",
    "exchange.match_decide": "认定一行是谁",
    "exchange.match_agree": "复核同意认定",
    "exchange.match_refuse": "复核不同意认定",
    "exchange.match_undo": "撤销认定",
    "exchange.match_reveal": "查看认人两边的原文",
}
DESK_SUBJECTS = {"exchange.matches": "认人台"}
DESK_FIELDS = {
    "rows": "行数",
    "row": "行号",
    "accepted": "收下的行数",
    "choice": "选择",
    "second": "要另一人复核",
    "asked": "问题数",
    "again": "要复看的决定数",
}
