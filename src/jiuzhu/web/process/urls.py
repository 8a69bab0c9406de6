"""流程与待办的网址。"""

from django.urls import path

from .views import calendar, definitions, inbox, instance, task

app_name = "process"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("overdue/", inbox.overdue, name="overdue"),
    path("tasks/<int:pk>/", task.task_page, name="task"),
    path("tasks/<int:pk>/complete/", task.complete, name="task_complete"),
    path("tasks/<int:pk>/claim/", task.claim, name="task_claim"),
    path("tasks/<int:pk>/delegate/", task.delegate, name="task_delegate"),
    path("tasks/<int:pk>/transfer/", task.transfer, name="task_transfer"),
    path("tasks/<int:pk>/pause/", task.pause, name="task_pause"),
    path("tasks/<int:pk>/resume/", task.resume, name="task_resume"),
    path("tasks/<int:pk>/urge/", task.urge, name="task_urge"),
    path("tasks/<int:pk>/supervise/", task.supervise, name="task_supervise"),
    path("instances/<int:pk>/", instance.instance_page, name="instance"),
    path("instances/<int:pk>/withdraw/", instance.withdraw, name="instance_withdraw"),
    path("instances/<int:pk>/pause/", instance.pause, name="instance_pause"),
    path("instances/<int:pk>/resume/", instance.resume, name="instance_resume"),
    path("instances/<int:pk>/departments/", instance.scope_add, name="scope_add"),
    path("instances/<int:pk>/departments/withdraw/", instance.scope_withdraw, name="scope_withdraw"),
    path("definitions/", definitions.definition_list, name="definitions"),
    path("definitions/<int:pk>/", definitions.definition_page, name="definition"),
    path("absences/", calendar.absences, name="absences"),
    path("absences/<int:pk>/cancel/", calendar.absence_cancel, name="absence_cancel"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<int:pk>/remove/", calendar.calendar_remove, name="calendar_remove"),
    path("calendar/recalculate/", calendar.calendar_recalculate, name="calendar_recalculate"),
]
