"""Addresses of the regulator's pages, all under ``/regulator/``."""

from django.urls import path

from portal.web.regulator import (
    calibration,
    checkpoints,
    complaints,
    disclosures,
    drift,
    fairness,
    incidents,
    loans,
    models,
    views,
)
from portal.web.regulator.whole_ledger import whole_ledger

app_name = "regulator"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("chain/", views.chain, name="chain"),
    path("check/", views.check, name="check"),
    path("entries/<int:seq>/", views.entry_detail, name="entry_detail"),
    path("entries/<int:seq>/receipt/", views.receipt, name="entry_receipt"),
    path("checkpoints/", checkpoints.listed, name="checkpoints"),
    path("export/", whole_ledger, name="export"),
    path("consistency/", checkpoints.consistency, name="consistency"),
    path("complaints/", complaints.listed, name="complaints"),
    path("complaints/<uuid:complaint_id>/", complaints.detail, name="complaint"),
    path("complaints/<uuid:complaint_id>/take/", complaints.take, name="complaint_take"),
    path("complaints/<uuid:complaint_id>/answer/", complaints.answer, name="complaint_answer"),
    path("models/", models.listed, name="models"),
    path("models/register/", models.register, name="model_register"),
    path("models/<uuid:model_id>/", models.detail, name="model"),
    path("models/<uuid:model_id>/validate/", models.validate, name="model_validate"),
    path("models/<uuid:model_id>/activate/", models.activate, name="model_activate"),
    path("models/<uuid:model_id>/retire/", models.retire, name="model_retire"),
    path("drift/", drift.drifted, name="drift"),
    path("loans/", loans.listed, name="loans"),
    path("calibration/", calibration.calibrated, name="calibration"),
    path("fairness/", fairness.fairness, name="fairness"),
    path("requests/", disclosures.listed, name="disclosures"),
    path("requests/ask/", disclosures.ask, name="disclosure_ask"),
    path("requests/<uuid:disclosure_id>/", disclosures.detail, name="disclosure"),
    path("requests/<uuid:disclosure_id>/approve/", disclosures.approve, name="disclosure_approve"),
    path("requests/<uuid:disclosure_id>/refuse/", disclosures.refuse, name="disclosure_refuse"),
    path("requests/<uuid:disclosure_id>/file/", disclosures.file, name="disclosure_file"),
    path("incidents/", incidents.listed, name="incidents"),
    path("incidents/<uuid:incident_id>/", incidents.detail, name="incident_detail"),
    path("incidents/<uuid:incident_id>/report/", incidents.report, name="incident_report"),
    path("incidents/<uuid:incident_id>/close/", incidents.close, name="incident_close"),
]
