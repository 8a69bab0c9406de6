"""合并与拆分的读取。"""

from django.db.models import Q, QuerySet

from jiuzhu.web.access.scope import Scope
from jiuzhu.web.registry.models import ClassSpan, Event, Membership, Person, PersonMerge

RELATED = ("kept__household", "absorbed__household")


def merges(scope: Scope, *, waiting: bool = False) -> QuerySet[PersonMerge]:
    """合并与拆分，新的在前；``waiting`` 只看待确认的。"""
    rows = PersonMerge.objects.within(scope).select_related(*RELATED)
    return rows.filter(confirmed_at=None, undone_at=None) if waiting else rows


def merge(scope: Scope, pk: int) -> PersonMerge | None:
    """一次合并或拆分。"""
    return PersonMerge.objects.within(scope).select_related(*RELATED).filter(pk=pk).first()


def candidates(scope: Scope, person: Person) -> list[Person]:
    """可能是同一人的：同姓名且同出生日期，或同证件号、同电话。至多 20 人，像的在前。"""
    same = Q(name=person.name, birth_date=person.birth_date) if person.birth_date else Q(pk__in=[])
    if person.id_number_index:
        same |= Q(id_number_index=person.id_number_index)
    if person.phone_index:
        same |= Q(phone_index=person.phone_index, name=person.name)
    people = Person.objects.within(scope).select_related("household").filter(same, merged_into=None)
    return list(people.exclude(pk=person.pk)[:20])


def moved_rows(scope: Scope, person: Person) -> dict[str, int]:
    """名下有多少经历：合并前给人看。"""
    return {
        "成员经历": Membership.objects.within(scope).filter(person=person).count(),
        "类别经历": ClassSpan.objects.within(scope).filter(person=person).count(),
        "救助链": Event.objects.within(scope).filter(person=person).count(),
    }
