"""报送的各样东西：部门报来的一批已收好、一批待确认。"""

from tests.web.cast import PLACES, every
from tests.web.exchange.desk_batches import HEADER, LINES

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.documents import vault
from jiuzhu.web.exchange import services
from jiuzhu.web.exchange.models import Batch, ReceivedFile
from jiuzhu.web.exchange.models.batch import Channel, Mode
from jiuzhu.web.exchange.services.inspecting import file_inspect

from .world import World


def furnish_intake(world: World, where: str) -> None:
    """一个县的医保局报来两个文件。"""
    county = PLACES[where][0].ljust(12, "0")
    office = Organisation.objects.get(code=f"{where}-department")
    actor = Actor.system("测试", division_code=county)
    made = []
    for number in (1, 2):
        text = "\n".join([HEADER, *LINES[number:]]) + "\n"
        arrival = services.Arrival(county, Channel.UPLOAD, f"医保{number}.csv", office)
        received = services.file_receive(stored=vault.store([text.encode()]), arrival=arrival, actor=actor)
        file_inspect(received_id=received.pk)
        made.append((received, every(Batch).get(received=received)))
    (_, taken), (received, draft) = made
    services.batch_confirm(batch=taken, choice=services.Choice(Mode.SUPPLEMENT), actor=actor, scope=Scope.everything())
    services.batch_take(batch_id=taken.pk)
    assert every(Batch).get(pk=taken.pk).taken_at is not None
    assert isinstance(received, ReceivedFile)
    mine = {("batch", taken.pk), ("draft", draft.pk), ("received", received.pk)}
    world.shared.setdefault(f"{where}.部门经办", set()).update(mine)
    for kind, key in mine:
        world.add(kind, county, key)
