"""模板里的书写:数字、金额、日期、时限、图标、预警级别。"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jiuzhu.web.ground.masking import mask_name

register = template.Library()

BANDS = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}
WEEKDAYS = "一二三四五六日"
UNKNOWN = "未知"


@register.filter
def number(value: Any, places: int = 0) -> str:
    """千位分隔的数字:``1234567`` → ``1,234,567``;空值写“未知”。"""
    if value is None or value == "":
        return UNKNOWN
    return _grouped(str(value), places)


@lru_cache(maxsize=8192)
def _grouped(text: str, places: int) -> str:
    """名单上同样的数反复出现，写过的记着。"""
    try:
        return number_format(Decimal(text), places, use_l10n=True, force_grouping=True)
    except InvalidOperation:
        return text


@register.filter
def compact(value: Any) -> str:
    """得分等小数:最多两位,去掉末尾的零。"""
    if value is None:
        return UNKNOWN
    text = number(value, 2)
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def points(value: float) -> str:
    """带正负号的分值:``+8``、``−3``。"""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + compact(abs(value))


@register.filter
def money(value: Any) -> str:
    """金额:``1234.5`` → ``1,234.50 元``。"""
    return UNKNOWN if value is None else f"{number(value, 2)} 元"


@register.filter
def percent(part: float, whole: float) -> str:
    """占比,一位小数;分母为零时写“—”。"""
    return f"{part / whole * 100:.1f}%" if whole else "—"


@register.filter
def cn_date(value: date | datetime | None) -> str:
    """``2026年10月31日``。"""
    if value is None:
        return UNKNOWN
    day = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


@register.filter
def cn_weekday(value: date) -> str:
    """``星期六``。"""
    return f"星期{WEEKDAYS[value.weekday()]}"


@register.filter
def cn_time(value: datetime | None) -> str:
    """``2026年10月31日 09:05``。"""
    if value is None:
        return UNKNOWN
    local = timezone.localtime(value)
    return f"{cn_date(value)} {local:%H:%M}"


@register.filter
def ago(value: datetime | None) -> str:
    """多久以前:刚刚、5分钟前、3小时前、昨天、8天前、某年某月某日。"""
    if value is None:
        return UNKNOWN
    now, then = timezone.localtime(), timezone.localtime(value)
    seconds = (now - then).total_seconds()
    days = (now.date() - then.date()).days
    if seconds < 60:
        return "刚刚"
    if seconds < 3600:
        return f"{int(seconds // 60)}分钟前"
    if days == 0:
        return f"{int(seconds // 3600)}小时前"
    if days == 1:
        return f"昨天 {then:%H:%M}"
    return f"{days}天前" if days <= 30 else cn_date(value)


@register.filter
def duration(seconds: float | None) -> str:
    """用时:``3.2 秒``、``1 分 05 秒``。"""
    if seconds is None:
        return UNKNOWN
    if seconds < 60:
        return f"{seconds:.1f} 秒"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest:02d} 秒"


@register.filter
def due(value: date | None, today: date | None = None) -> str:
    """离期限还有几天:``3天后到期(11月5日)``、``今天到期``、``已超期2天``。"""
    if value is None:
        return "不限期"
    days = (value - (today or timezone.localdate())).days
    if days < 0:
        return f"已超期{-days}天（{value.month}月{value.day}日）"
    return "今天到期" if days == 0 else f"{days}天后到期（{value.month}月{value.day}日）"


@register.filter
def short_id(value: str) -> str:
    """户编号的简写:末六位,便于口头核对。"""
    return value[-6:]


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    """字典取值,没有则为空。"""
    return mapping.get(key)


@register.filter
def encoding(value: str) -> str:
    """编码的通行写法;读不了的文件没有编码。"""
    return {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "gb18030": "GB18030"}.get(value.lower(), value.upper()) or "—"


@register.filter
def words(text: str) -> list[str]:
    """空格隔开的几个词。"""
    return text.split()


@register.filter
def at(items: list[Any], index: int) -> Any:
    """按位置取一项。"""
    return items[index]


@register.filter
def abs_number(value: int) -> str:
    """绝对值,带千位分隔。"""
    return number(abs(value))


@register.filter
def band_title(code: str | None) -> str:
    """预警级别的中文名。"""
    return BANDS.get(code or "", "未预警")


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """线条图标;图形在构建时汇成一个文件。只作装饰,读屏软件略过。"""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("icons.svg"), name
    )


@register.simple_tag
def band(code: str | None) -> SafeString:
    """预警级别标签:颜色之外必有文字。"""
    return format_html('<span class="band band-{}">{}</span>', code if code in BANDS else "none", band_title(code))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """在当前网址的条件上改几项,得到新的查询串;值为空则去掉该项。"""
    params: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        params.pop(key, None)
        if value not in (None, ""):
            params[key] = str(value)
    return f"?{params.urlencode()}" if params else "?"


@register.filter
def masked_name(name: str | None) -> str:
    """张*：名单与页面上默认的写法；没有姓名写“姓名不详”。"""
    return mask_name(name) if name else "姓名不详"
