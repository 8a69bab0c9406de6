"""样本村试算的网址。"""

from django.urls import path

from . import learning_views, views

app_name = "trials"
urlpatterns = [
    path("", views.trial_list, name="list"),
    path("new/", views.trial_new, name="new"),
    path("<int:pk>/", views.trial_page, name="trial"),
    path("<int:pk>/bands/", views.bands, name="bands"),
    path("<int:pk>/bands/save/", views.bands_save, name="bands_save"),
    path("<int:pk>/households/", views.household_list, name="households"),
    path("<int:pk>/outcomes/", learning_views.outcome_page, name="outcomes"),
    path("<int:pk>/outcomes/list/", learning_views.outcome_list, name="outcome_list"),
    path("<int:pk>/suggestions/", learning_views.suggestion_page, name="suggestions"),
    path("<int:pk>/suggestions/accept/", learning_views.suggestion_accept, name="suggestion_accept"),
]
