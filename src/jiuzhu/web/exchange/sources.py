"""数据目录在网页里的样子：来源的名称、部门，谁能报哪些来源，缺了它耽误什么。"""

from functools import cache

from jiuzhu.engine.catalog import Catalog, Source, load_catalog
from jiuzhu.web.divisions.departments import department_codes
from jiuzhu.web.divisions.models import Organisation
from jiuzhu.web.divisions.selectors import organisation_of_department


@cache
def catalog() -> Catalog:
    """数据目录，进程里只读一次。"""
    return load_catalog()


def source_of(key: str) -> Source | None:
    """一个来源；没有这个代码为空。"""
    return catalog().sources.get(key)


def title_of(key: str) -> str:
    """来源的名称；没认出的写“未认出”。"""
    source = source_of(key)
    return source.title if source else "未认出"


def department_of(key: str) -> str:
    """来源归哪个部门，目录里的写法。"""
    source = source_of(key)
    return source.department if source else ""


@cache
def departments_of(key: str) -> tuple[str, ...]:
    """来源归哪些部门，部门代码。"""
    source = source_of(key)
    return department_codes(source.department) if source else ()


def own_sources(department: str) -> list[str]:
    """一个部门（代码）报哪些来源，按目录的次序。"""
    return [source.key for source in catalog() if department and department in departments_of(source.key)]


def source_choices(keys: list[str] | None = None) -> list[tuple[str, str]]:
    """来源的下拉项：名称后写明部门。"""
    wanted = [source for source in catalog() if keys is None or source.key in keys]
    return [(source.key, f"{source.title}（{source.department}）") for source in wanted]


def organisation_for(source: str, county: str) -> Organisation | None:
    """某县这个来源归哪个单位报；没有设这个单位为空。"""
    found = (organisation_of_department(code, county) for code in departments_of(source))
    return next((organisation for organisation in found if organisation is not None), None)
