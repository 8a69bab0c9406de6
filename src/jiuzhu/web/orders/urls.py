"""派单的网址。"""

from django.urls import path

from .views import listing, new, order, setting, task

app_name = "orders"
urlpatterns = [
    path("", listing.order_list, name="list"),
    path("new/", new.order_new, name="new"),
    path("find/", new.household_find, name="find"),
    path("<int:pk>/", order.order_page, name="order"),
    path("<int:pk>/parts/add/", order.part_add, name="part_add"),
    path("<int:pk>/withdraw/", order.withdraw, name="withdraw"),
    path("parts/<int:pk>/withdraw/", order.part_withdraw, name="part_withdraw"),
    path("tasks/<int:pk>/", task.task_page, name="task"),
    path("tasks/<int:pk>/act/", task.act, name="act"),
    path("tasks/<int:pk>/measures/", task.measure_new, name="measure_new"),
    path("measures/<int:pk>/withdraw/", task.measure_withdraw, name="measure_withdraw"),
    path("setting/", setting.setting, name="setting"),
]
