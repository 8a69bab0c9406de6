"""命令行 ``jiuzhu``：每个命令一个模块，只负责取参数、调一个函数、把结果写给人看。"""

import sys

import typer

from jiuzhu.engine.errors import EngineError
from jiuzhu.errors import JiuzhuError

from . import audit, backup, check, demo, explain, keys, manage, monitor, restore, rulebook, sweep, trial, up
from .console import fail

app = typer.Typer(
    name="jiuzhu",
    help="救助：县级社会救助平台。部门文件进，人与户、得分、预警与理由出。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("monitor")(monitor.monitor)
app.command("explain")(explain.explain)
app.command("sweep")(sweep.sweep)
app.command("replay")(sweep.replay)
app.command("rulebook")(rulebook.rulebook)
app.command("try")(trial.trial)
app.command("backup")(backup.backup)
app.command("restore")(restore.restore)
app.command("check")(check.check)
app.add_typer(audit.audit, name="audit")
app.add_typer(keys.keys, name="keys")
app.command("manage", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(manage.manage)


def main() -> None:
    """命令行入口。可预见的错误只写一段中文，不写调用栈。"""
    try:
        app()
    except JiuzhuError as error:
        fail(error.message)
        sys.exit(error.exit_code)
    except EngineError as error:
        fail(error.message)
        sys.exit(1)
    except BrokenPipeError:  # 例如 `jiuzhu explain … | head`
        sys.stderr.close()
        sys.exit(0)
