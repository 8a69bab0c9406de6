"""哪些批次现在用着：逐批往后推，不存在库里，所以撤回一批、晚到一批都不必改别的行。"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from .models import Batch
from .models.batch import Mode


def effective(batches: Iterable[Batch]) -> list[Batch]:
    """收好了、没有撤回的各批里，现在用着的，按来源、批号排。

    全量的替换这个来源以前的各批，数据日期比现用的还早的除外（补来的旧账，只留作记录）；
    补充的加在后面；更正的顶替它更正的那一批，那一批已不用或已撤回的，自己站住与否看它是否被全量替换过。
    """
    by_source: dict[str, list[Batch]] = defaultdict(list)
    for batch in sorted(batches, key=lambda item: item.number):
        by_source[batch.source].append(batch)
    return [batch for source in sorted(by_source) for batch in _of_source(by_source[source])]


def _of_source(batches: list[Batch]) -> list[Batch]:
    used: list[Batch] = []
    gone: set[int] = set()
    known = {batch.pk for batch in batches}
    base = date.min
    for batch in batches:
        if batch.mode == Mode.FULL:
            if used and (batch.data_date or date.min) < base:
                gone.add(batch.pk)
                continue
            gone.update(item.pk for item in used)
            used, base = [batch], batch.data_date or date.min
        elif batch.mode == Mode.CORRECTION and batch.replaces_id in known:
            if batch.replaces_id in gone:
                gone.add(batch.pk)
                continue
            gone.add(batch.replaces_id or 0)
            used = [batch if item.pk == batch.replaces_id else item for item in used]
        else:
            used.append(batch)
    return used
