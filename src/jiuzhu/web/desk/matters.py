"""演示用的几件事：村里报来的困难家庭，有的刚报，有的已逾期。人名是编的；全走正式的服务，与真办一样。"""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from jiuzhu.web.access.models import Post
from jiuzhu.web.access.scope import Scope
from jiuzhu.web.audit.actor import Actor
from jiuzhu.web.registry.models import Report
from jiuzhu.web.registry.services import report_submit

# 姓名、哪些困难、情况、几天前报的、紧急与否
MATTERS = (
    ("石望春", ("illness", "living"), "上个月查出肾病，每周要去县医院三次，家里两亩地今年没种上。", 12, False),
    ("柳茂林", ("housing",), "后墙裂了一指宽，下雨漏水，老两口不敢住东屋。", 3, False),
    ("田秀枝", ("alone", "disability"), "一个人住，腿摔了下不了床，邻居轮着送饭。", 0, True),
)


def demo_matters_ensure(*, reporter: Post) -> int:
    """以村协理员的名义报这几件，返回新报的件数；报过的不重报。"""
    actor = Actor(
        reporter.user_id, str(reporter.user), reporter.pk, reporter.title, str(reporter.organisation),
    )  # fmt: skip
    made = 0
    with Scope.everything().applied():
        for name, needs, words, days, urgent in MATTERS:
            key = uuid5(NAMESPACE_URL, f"jiuzhu:demo:{name}")
            if Report.objects.within(Scope.everything()).filter(form_key=key).exists():
                continue
            report_submit(
                form_key=key,
                name=name,
                division_code=reporter.division_code,
                needs=needs,
                words=words,
                urgent=urgent,
                actor=actor,
                scope=reporter.scope(),
                now=timezone.now() - timedelta(days=days),
            )
            made += 1
    return made
