"""工作台的后台任务：演示环境的政策文件与测算，排在第一次监测之后，不耽误启动。"""

from procrastinate.contrib.django import app

from jiuzhu.web.access.models import Post
from jiuzhu.web.ground.jobs import defer

from .demo_policies import demo_policies_ensure, demo_policies_wanted

QUEUE, TASK = "monitoring", "desk_demo_policies"
WAIT_SECONDS, MOST_TIMES = 20, 30


@app.task(queue=QUEUE, name=TASK)
def desk_demo_policies(post_id: int, times: int = 1) -> None:
    """备好演示的政策文件与一次测算；第一次监测还没有做完的，过一会儿再来，十分钟为止。"""
    keeper = Post.objects.select_related("organisation", "user").get(pk=post_id)
    demo_policies_ensure(keeper=keeper)
    if times < MOST_TIMES and demo_policies_wanted(keeper.division_code):
        defer(TASK, queue=QUEUE, after_seconds=WAIT_SECONDS, post_id=post_id, times=times + 1)
