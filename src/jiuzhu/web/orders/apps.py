from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "jiuzhu.web.orders"
    label = "orders"
    verbose_name = "派单"
