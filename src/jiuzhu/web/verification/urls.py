"""核对的网址。"""

from django.urls import path

from .views import batches, checking, connectors, objections, recognition, signing

app_name = "verification"
urlpatterns = [
    path("", checking.check_list, name="list"),
    path("find/", checking.find, name="find"),
    path("households/<str:household_id>/", checking.household_page, name="household"),
    path("households/<str:household_id>/start/", checking.start, name="start"),
    path("households/<str:household_id>/authorisation/", signing.authorisation_new, name="authorisation_new"),
    path("households/<str:household_id>/consent/", signing.consent_new, name="consent_new"),
    path("authorisations/<int:pk>/withdraw/", signing.authorisation_withdrawn, name="authorisation_withdraw"),
    path("consents/<int:pk>/withdraw/", signing.consent_withdrawn, name="consent_withdraw"),
    path("checks/<int:pk>/", checking.check_page, name="check"),
    path("checks/<int:pk>/report/", checking.report, name="report"),
    path("checks/<int:pk>/replay/", checking.replay, name="replay"),
    path("checks/<int:pk>/objection/", objections.objection_new, name="objection_new"),
    path("connectors/", connectors.connector_list, name="connectors"),
    path("connectors/new/", connectors.connector_new, name="connector_new"),
    path("connectors/<int:pk>/", connectors.connector_edit, name="connector"),
    path("connectors/<int:pk>/try/", connectors.connector_try, name="connector_try"),
    path("batches/", batches.batch_list, name="batches"),
    path("batches/<int:pk>/", batches.batch_page, name="batch"),
    path("batches/<int:pk>/reports/", batches.batch_reports, name="batch_reports"),
    path("batches/<int:pk>/export/", batches.batch_export, name="batch_export"),
    path("batches/<int:pk>/papers/", batches.batch_papers, name="batch_papers"),
    path("recognition/", recognition.recognition_page, name="recognition"),
    path("checks/<int:pk>/platforms/", checking.platforms, name="platforms"),
    path("objections/<int:pk>/", objections.objection_page, name="objection"),
    path("objections/<int:pk>/review/", objections.review, name="review"),
    path("objections/<int:pk>/told/", objections.told, name="told"),
    path("objections/tasks/<int:pk>/", objections.task_page, name="task"),
]
