"""政策测算的网址。"""

from django.urls import path

from . import views

app_name = "whatif"
urlpatterns = [
    path("", views.costing_list, name="list"),
    path("new/", views.costing_new, name="new"),
    path("<int:pk>/", views.costing_page, name="costing"),
    path("<int:pk>/progress/", views.costing_progress, name="progress"),
    path("<int:pk>/sheet/", views.costing_sheet, name="sheet"),
    path("<int:pk>/households/", views.household_list, name="households"),
    path("<int:pk>/households/sheet/", views.household_sheet, name="household_sheet"),
]
