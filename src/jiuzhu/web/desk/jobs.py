"""工作台的后台任务：演示环境的政策文件与测算，排在第一次监测之后，不耽误启动。"""

from procrastinate.contrib.django import app

from jiuzhu.web.access.models import Post

from .demo_policies import demo_policies_ensure

QUEUE, TASK = "monitoring", "desk_demo_policies"


@app.task(queue=QUEUE, name=TASK)
def desk_demo_policies(post_id: int) -> None:
    """备好演示的政策文件与一次测算。"""
    demo_policies_ensure(keeper=Post.objects.select_related("organisation", "user").get(pk=post_id))
