"""批次、来源、文件夹、数据库连接向全局声明的：栏目、审计动作的中文名。"""

from jiuzhu.web.ground.menu import MenuItem

BATCHES = ("batches", "batch", "received", "check", "withdraw")
SOURCES = ("board", "source", "connection")
INTAKE_MENU = (
    MenuItem(
        "数据报送",
        "upload",
        "exchange:batches",
        tuple(f"exchange:{name}" for name in BATCHES),
        "exchange.view_batch",
        50,
    ),
    MenuItem(
        "来源时效",
        "calendar-time",
        "exchange:board",
        tuple(f"exchange:{name}" for name in SOURCES),
        "exchange.view_batch",
        51,
    ),
)
INTAKE_ACTIONS = {
    "exchange.file_receive": "收到数据文件",
    "exchange.file_drop": "放弃数据文件",
    "exchange.file_fail": "数据文件看不了",
    "exchange.file_read": "下载数据文件",
    "exchange.batch_offer": "登记数据批次",
    "exchange.batch_remap": "改来源与列的对应",
    "exchange.batch_confirm": "确认接收批次",
    "exchange.batch_take": "接收批次",
    "exchange.batch_fail": "批次没能接收",
    "exchange.batch_retry": "重新接收批次",
    "exchange.batch_withdraw": "撤回批次",
    "exchange.source_set": "改来源的约定",
    "exchange.connection_set": "设数据库连接",
    "exchange.connection_remove": "删数据库连接",
    "exchange.connection_fetch": "从数据库取数",
}
INTAKE_SUBJECTS = {
    "exchange.batch": "数据批次",
    "exchange.file": "数据文件",
    "exchange.source": "数据来源",
    "exchange.connection": "数据库连接",
}
INTAKE_FIELDS = {
    "channel": "渠道",
    "size": "字节数",
    "digest": "内容摘要",
    "source": "来源",
    "confirmed": "直接接收",
    "columns": "改过的列数",
    "mode": "怎样用",
    "data_date": "数据日期",
    "rows_read": "读入行数",
    "rows_accepted": "接受行数",
    "rows_quarantined": "隔离行数",
    "rows_ignored": "忽略行数",
    "rhythm": "多久报一次",
    "every_days": "每隔几天",
    "month_day": "每月几号之前",
    "kind": "种类",
    "enabled": "启用",
}
