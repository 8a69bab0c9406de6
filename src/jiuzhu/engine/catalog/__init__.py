"""数据目录:每个部门交什么、表头怎么写、单位、敏感与否;按表头认出一张表是哪个来源。"""

from .classes import ObjectClass, listed_classes, object_classes
from .load import load_catalog
from .model import Catalog, CatalogError, Field, FieldType, Source
from .recognise import Guess, Recognition, recognise, recognise_as

__all__ = [
    "Catalog",
    "CatalogError",
    "Field",
    "FieldType",
    "Guess",
    "ObjectClass",
    "Recognition",
    "Source",
    "listed_classes",
    "load_catalog",
    "object_classes",
    "recognise",
    "recognise_as",
]
