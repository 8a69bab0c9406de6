"""登录所用的设备，用话说。只认常见的几种，认不出的如实说。"""

SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓手机"), ("iPhone", "苹果手机"), ("iPad", "苹果平板"),
    ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"),
)  # fmt: skip
BROWSERS = (
    ("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("QQBrowser", "QQ 浏览器"), ("Edg", "Edge"), ("Firefox", "火狐"),
    ("HeadlessChrome", "谷歌浏览器"), ("Chrome", "谷歌浏览器"), ("Safari", "Safari"),
)  # fmt: skip


def device(user_agent: str) -> str:
    """``Windows 电脑，谷歌浏览器``。"""
    system = next((title for mark, title in SYSTEMS if mark in user_agent), "")
    browser = next((title for mark, title in BROWSERS if mark in user_agent), "")
    return "，".join(filter(None, (system, browser))) or "认不出的设备"
