"""一户的查找词、汇总：户里的人变了就重算。"""

from jiuzhu.engine.catalog import object_classes
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.divisions.codes import ancestors_of
from jiuzhu.web.divisions.selectors import name_of
from jiuzhu.web.registry.models import ClassSpan, Household, Membership, Person, SearchToken
from jiuzhu.web.registry.tokens import address_tokens, digest, id_tokens, name_tokens

EVERYTHING = Scope.everything()


def place_names(code: str) -> tuple[str, ...]:
    """所在地各级的名称。"""
    return tuple(name for each in ancestors_of(code) if (name := name_of(each)))


def tokens_refresh(household: Household) -> None:
    """按现在的姓名、住址重写一户的查找词。"""
    people = Person.objects.within(EVERYTHING).filter(household=household, merged_into=None)
    words = id_tokens(household.household_id) | address_tokens(household.address, place_names(household.division_code))
    for person_id, name in people.values_list("person_id", "name"):
        words |= id_tokens(person_id) | name_tokens(name)
    SearchToken.objects.within(EVERYTHING).filter(household=household).delete()
    SearchToken.objects.bulk_create(
        SearchToken(household=household, division_code=household.division_code, token=word) for word in sorted(words)
    )
    made = digest(words, household.division_code)
    Household.objects.within(EVERYTHING).filter(pk=household.pk).update(token_digest=made)


def summary_refresh(household: Household) -> None:
    """按现在的成员与类别重算人口、类别。"""
    size = Membership.objects.within(EVERYTHING).filter(household=household, until=None).count()
    spans = ClassSpan.objects.within(EVERYTHING).filter(household=household, until=None)
    held = set(spans.order_by().values_list("code", flat=True))
    order = list(object_classes())
    codes = sorted(held, key=lambda code: (order.index(code) if code in order else len(order), code))
    Household.objects.within(EVERYTHING).filter(pk=household.pk).update(size=size, classes=codes)
    household.size, household.classes = size, codes
