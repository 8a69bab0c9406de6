"""模板里的地名：``{% load places %}{{ row.division_code|place }}``。"""

from django import template

from jiuzhu.web.divisions.selectors import name_of, path_of, short_path_of

register = template.Library()


@register.filter
def place(code: str) -> str:
    """``青禾县 河湾乡 柳树村``；不认得的写“地点不详”。"""
    return path_of(code)


@register.filter
def short_place(code: str) -> str:
    """``河湾乡 柳树村``。"""
    return short_path_of(code)


@register.filter
def place_name(code: str) -> str:
    """只写自己：``柳树村``；不认得的写“地点不详”。"""
    return name_of(code) or "地点不详"
