"""发布流程定义。"""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from jiuzhu.web.access.roles import ROLES
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.audit.services import Subject, record
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.ground.errors import Conflict
from jiuzhu.web.process.definition import Loaded, load_processes, shipped_folder
from jiuzhu.web.process.models import Definition


@transaction.atomic
def definition_publish(*, loaded: Loaded, actor: Actor, now: datetime | None = None) -> Definition:
    """发布一个查过的流程。内容与已发布的同一版本相同则什么也不做；在办的事项仍走原来的版本。

    Raises:
        Conflict: 同一版本号已发布过不同的内容（code=version_taken）。
    """
    process = loaded.process
    existing = Definition.objects.filter(code=process.code, version=process.version).first()
    if existing is not None:
        if existing.digest == loaded.digest:
            return existing
        raise Conflict(
            f"“{process.title}”的版本 {process.version} 已经发布，发布了的不能改；改了内容请换一个版本号。",
            code="version_taken",
        )
    definition = Definition.objects.create(
        code=process.code,
        version=process.version,
        title=process.title,
        digest=loaded.digest,
        body=loaded.text,
        published_at=now or timezone.now(),
        published_by_id=actor.user_id,
        published_by_name=actor.name[:80],
    )
    record(
        actor=actor,
        action="process.definition_publish",
        subject=Subject("process.definition", str(definition.pk), str(definition)),
        after={"code": process.code, "version": process.version, "digest": loaded.digest},
    )
    return definition


@transaction.atomic
def definitions_publish(
    *, actor: Actor, folder: Path | None = None, patches: Path | None = None, now: datetime | None = None
) -> list[Definition]:
    """发布一个文件夹里的全部流程（默认为随程序发布的），连同县里的补丁；有错一个也不发布。

    Raises:
        DefinitionError: 定义有错。
    """
    found = load_processes(
        folder or shipped_folder(), roles=ROLES, kinds=[kind.value for kind in Organisation.Kind], patches=patches
    )
    return [definition_publish(loaded=loaded, actor=actor, now=now) for loaded in found.values()]
