"""一门受理的网址。"""

from django.urls import path

from .views import applications, card, consult, linking, signing

app_name = "cases"
urlpatterns = [
    path("consult/", consult.consult, name="consult"),
    path("card/", card.card_page, name="card"),
    path("stranger/", card.stranger, name="stranger"),
    path("households/<str:household_id>/", card.household_page, name="household"),
    path("households/<str:household_id>/fits/", card.fits, name="fits"),
    path("households/<str:household_id>/start/", applications.start, name="start"),
    path("applications/", applications.application_list, name="list"),
    path("applications/<int:pk>/", applications.application_page, name="application"),
    path("applications/<int:pk>/answer/", applications.answer, name="answer"),
    path("applications/<int:pk>/details/", applications.describe, name="describe"),
    path("applications/<int:pk>/statement/", applications.state, name="statement"),
    path("applications/<int:pk>/materials/", applications.materials, name="materials"),
    path("applications/<int:pk>/remove/", applications.remove, name="remove"),
    path("applications/<int:pk>/drop/", applications.drop, name="drop"),
    path("applications/<int:pk>/submit/", applications.submit, name="submit"),
    path("applications/<int:pk>/notice/", applications.notice, name="notice"),
    path("applications/<int:pk>/accept/", applications.accept, name="accept"),
    path("applications/<int:pk>/replay/", applications.replay, name="replay"),
    path("applications/<int:pk>/check/", applications.check, name="check"),
    path("applications/<int:pk>/sign/<str:person_id>/", signing.sign, name="sign"),
    path("applications/<int:pk>/sign/<str:person_id>/void/", signing.void, name="sign_void"),
    path("applications/<int:pk>/sign/<str:person_id>/link/", linking.link, name="sign_link"),
    path("sign/<str:code>/", linking.link_sign, name="link_sign"),
    path("applications/<int:pk>/letters/", signing.issue, name="letters"),
    path("tasks/<int:pk>/", applications.task_page, name="task"),
]
