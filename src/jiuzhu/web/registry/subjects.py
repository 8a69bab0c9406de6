"""审计里怎么称呼一户、一人：一律遮挡。"""

from jiuzhu.web.audit.services import Subject
from jiuzhu.web.divisions.selectors import short_path_of
from jiuzhu.web.ground.masking import mask_name

from .models import Household, Person


def household_subject(household: Household) -> Subject:
    """``河湾乡 柳树村 张*家``。"""
    return Subject("registry.household", household.household_id, household_label(household))


def household_label(household: Household) -> str:
    """给人看的叫法，姓名遮挡。"""
    who = mask_name(household.head.name) if household.head else f"户 {household.household_id[-6:]}"
    return f"{short_path_of(household.division_code)} {who}家"


def person_subject(person: Person) -> Subject:
    """``张*（末六位）``。"""
    return Subject("registry.person", person.person_id, f"{mask_name(person.name)}（{person.person_id[-6:]}）")
