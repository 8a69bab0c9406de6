"""``jiuzhu keys``：数据密钥的现状、更换、销毁。"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jiuzhu.errors import JiuzhuError

from .console import say
from .instance import load_web
from .up import HOME_HELP

if TYPE_CHECKING:
    from jiuzhu.web.access.services.rekey import Store

HomeOption = Annotated[Path | None, typer.Option(help=HOME_HELP, show_default=False)]
EVERY = 10_000

keys = typer.Typer(help="数据密钥：现状、更换、销毁旧的。", no_args_is_help=True)


@keys.command("status")
def status(home: HomeOption = None) -> None:
    """有几把密钥，各处的密文各用第几号。"""
    load_web(home)
    from jiuzhu.web.access.services.rekey import keys_status

    found = keys_status(_stores())
    numbers = "、".join(f"第 {number} 号" + ("（现行）" if number == found.active else "") for number in found.numbers)
    say(f"密钥：{numbers}")
    for title, counts in found.stores:
        told = "，".join(f"第 {number} 号 {count:,} 份" for number, count in sorted(counts.items()))
        say(f"  {title}：{told or '没有密文'}")
    if found.old:
        say(f"还有 {found.old:,} 份用着旧密钥。运行 jiuzhu keys rotate 接着换。")


@keys.command("rotate")
def rotate(home: HomeOption = None) -> None:
    """添一把新密钥，把全部密文换过去。平台照常运行；中断了再运行一次，接着换。"""
    load_web(home)
    from jiuzhu.web.access.services.rekey import keys_rotate
    from jiuzhu.web.audit.actor import Actor
    from jiuzhu.web.ground.errors import ServiceError

    done: Counter[str] = Counter()

    def progress(title: str, count: int) -> None:
        before, done[title] = done[title], done[title] + count
        if done[title] // EVERY > before // EVERY:
            say(f"  {title}：已换 {done[title]:,} 份")

    try:
        active, resumed = keys_rotate(stores=_stores(), actor=Actor.system("命令行"), progress=progress)
    except ServiceError as error:
        raise JiuzhuError(error.message, code=error.code) from error
    if resumed:
        say("上次没有换完，这次是接着换的。")
    for title, count in done.items():
        if count:
            say(f"  {title}：换了 {count:,} 份")
    say(f"换好了，现行的是第 {active} 号。请立即另行备份密钥文件；旧的确认不再需要之后，用 jiuzhu keys retire 销毁。")


@keys.command("retire")
def retire(home: HomeOption = None) -> None:
    """销毁没有密文再用的旧密钥。旧的备份仍要用它解开，须另存一份。"""
    load_web(home)
    from jiuzhu.web.access.services.rekey import keys_retire
    from jiuzhu.web.audit.actor import Actor
    from jiuzhu.web.ground.errors import ServiceError

    try:
        gone = keys_retire(stores=_stores(), actor=Actor.system("命令行"))
    except ServiceError as error:
        raise JiuzhuError(error.message, code=error.code) from error
    say(f"已销毁{'、'.join(f'第 {number} 号' for number in gone)}密钥。")


class Uploads:
    """附件与文书的文件。"""

    title = "附件与文书"

    def counts(self) -> dict[int, int]:
        """各密钥号有几件。"""
        from jiuzhu.web.documents.services.upkeep import keys_in_use

        return keys_in_use()

    def convert(self, progress: Callable[[int], None]) -> tuple[int, int]:
        """逐件重新加密。"""
        from jiuzhu.web.audit.actor import Actor
        from jiuzhu.web.documents.services.upkeep import files_reseal

        done, broken = files_reseal(actor=Actor.system("命令行"))
        progress(done)
        return done, len(broken)

    def freeze(self) -> None:
        """文件先写在旁边、写完改名，而登记在数据库：锁住登记的表，写着的就登记不成，也就没有半件。"""
        from django.db import connection

        from jiuzhu.web.documents.services.upkeep import kept_models

        with connection.cursor() as cursor:
            for model in kept_models():
                cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE MODE")


class Batches:
    """批次库的文件。"""

    title = "数据批次"

    def counts(self) -> dict[int, int]:
        """各密钥号有几批。"""
        from jiuzhu.web.exchange.services.upkeep import batch_keys_in_use

        return batch_keys_in_use()

    def convert(self, progress: Callable[[int], None]) -> tuple[int, int]:
        """逐批重新加密。"""
        from jiuzhu.web.exchange.services.upkeep import batches_reseal

        done, broken = batches_reseal()
        progress(done)
        return done, broken

    def freeze(self) -> None:
        """封存先写在旁边、写完改名，而收好与否记在数据库：锁住登记的表，收着的就记不成。"""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE exchange_batch IN SHARE MODE")


def _stores() -> "list[Store]":
    from jiuzhu.web.access.services.rekey import database_stores

    return [*database_stores(), Uploads(), Batches()]
