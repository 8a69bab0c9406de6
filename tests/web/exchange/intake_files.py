"""报送测试共用：几段表格、收下一个文件的捷径。"""

from pathlib import Path

from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.models.batch import Channel
from jiuzhu.web.exchange.services.inspecting import file_inspect

from .desk_batches import COUNTY, GOOD, HEADER, LINES

SYSTEM = Actor.system("测试", division_code=COUNTY)
CSV = "\n".join([HEADER, *LINES]) + "\n"
# 就诊类型、费用的表头没见过，部门自己的叫法
STRANGE = CSV.replace("总费用", "合计开支数").replace("个人自付", "老百姓掏的钱")


def lines(count: int) -> str:
    """若干行好的结算，号码各不相同。"""
    rows = [GOOD.replace("1200", str(1200 + at)).replace("09-01", f"09-{at % 28 + 1:02d}") for at in range(count)]
    return "\n".join([HEADER, *rows]) + "\n"


def received(
    text: str | bytes, name: str = "医保结算.csv", *, organisation: Organisation | None = None, county: str = COUNTY
) -> ReceivedFile:
    """像上传那样收下一个文件。"""
    data = text if isinstance(text, bytes) else text.encode()
    arrival = services.Arrival(county, Channel.UPLOAD, name, organisation)
    return services.file_receive(stored=vault.store([data]), arrival=arrival, actor=SYSTEM)


def offered(text: str | bytes, name: str = "医保结算.csv", **more: object) -> Batch:
    """收下并看过的一批，待确认。"""
    file = received(text, name, **more)  # type: ignore[arg-type]
    file_inspect(received_id=file.pk)
    return Batch.objects.within(every_scope()).get(received=file)


def every_scope() -> object:
    """全部范围。"""
    from jiuzhu.web.access.scope import Scope

    return Scope.everything()


def put(folder: Path, name: str, text: str | bytes) -> Path:
    """往数据文件夹里放一个文件。"""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
