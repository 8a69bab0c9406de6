from django.apps import AppConfig

from jiuzhu.web.ground.menu import MenuItem


class NoticesConfig(AppConfig):
    name = "jiuzhu.web.notices"
    label = "notices"
    verbose_name = "通知"
    page_context = "jiuzhu.web.notices.context.bell"
    audit_platform = ("notices.notices_clean",)
    audit_actions = {
        "notices.notice_send": "发送通知",
        "notices.announcement_publish": "发布公告",
        "notices.announcement_withdraw": "撤回公告",
        "notices.notices_clean": "清理过期通知",
    }
    menu = (
        MenuItem(
            "公告",
            "speakerphone",
            "notices:announcements",
            ("notices:announcements", "notices:announcement_new"),
            "notices.publish",
            85,
        ),
    )
