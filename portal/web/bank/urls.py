"""Addresses of the bank's pages, all under ``/bank/``."""

from __future__ import annotations

from django.urls import include, path

from portal.web.bank import (
    agreement,
    approving,
    asking,
    calibration,
    case,
    complaints,
    consent_receipts,
    consents,
    desk,
    disputes,
    drift,
    events,
    fairness,
    letters,
    limits,
    queue,
    tokens,
)

app_name = "bank"
urlpatterns = [
    path("events/", events.listed, name="events"),
    path("events/download/", events.download, name="events_download"),
    path("events/<int:seq>/receipt/", events.receipt, name="event_receipt"),
    path("drift/", drift.drifted, name="drift"),
    path("calibration/", calibration.calibrated, name="calibration"),
    path("fairness/", fairness.fairness, name="fairness"),
    path("", queue.queue, name="queue"),
    path("take-next/", desk.take_next, name="case_take_next"),
    path("team/", desk.team, name="team"),
    path("consents/", consents.listed, name="consents"),
    path("consents/ask/", asking.ask, name="consent_ask"),
    path("consents/<uuid:consent_id>/", consents.detail, name="consent_detail"),
    path(
        "consents/<uuid:consent_id>/receipts/",
        consent_receipts.listed,
        name="consent_receipts",
    ),
    path(
        "consents/<uuid:consent_id>/receipts/<uuid:event_id>.jws",
        consent_receipts.receipt_file,
        name="consent_receipt_file",
    ),
    path(
        "consents/<uuid:consent_id>/receipts/<uuid:event_id>.pdf",
        consent_receipts.receipt_pdf,
        name="consent_receipt_pdf",
    ),
    path("consents/<uuid:consent_id>/give-back/", asking.release, name="consent_release"),
    path("consents/<uuid:consent_id>/acknowledge/", asking.acknowledge, name="consent_acknowledge"),
    path("products/", include("portal.web.bank.product_urls")),
    path("disputes/", disputes.listed, name="disputes"),
    path("disputes/<uuid:dispute_id>/", disputes.answer, name="dispute_answer"),
    path("complaints/", complaints.listed, name="complaints"),
    path("complaints/<uuid:complaint_id>/statement/", complaints.state, name="complaint_statement"),
    path("complaints/<uuid:complaint_id>/", complaints.detail, name="complaint"),
    path("systems/", tokens.listed, name="tokens"),
    path("systems/let-in/", tokens.create, name="token_create"),
    path("systems/<uuid:token_id>/end/", tokens.revoke, name="token_revoke"),
    path("cases/<uuid:application_id>/", case.detail, name="case_detail"),
    path(
        "cases/<uuid:application_id>/letter/<slug:language>.pdf",
        letters.letter,
        name="case_letter",
    ),
    path("cases/<uuid:application_id>/decide/", case.decide, name="case_decide"),
    path("cases/<uuid:application_id>/approve/", approving.approve, name="case_approve"),
    path("cases/<uuid:application_id>/agreement/", agreement.sign, name="agreement_sign"),
    path("limits/", limits.listed, name="limits"),
    path("limits/<uuid:person_id>/", limits.change, name="limit_change"),
    path("cases/<uuid:application_id>/take/", desk.take, name="case_take"),
    path("cases/<uuid:application_id>/assign/", desk.assign, name="case_assign"),
    path("cases/<uuid:application_id>/release/", desk.release, name="case_release"),
    path("documents/<uuid:document_id>/", desk.document, name="document_download"),
    path("cases/<uuid:application_id>/ask/", desk.ask, name="case_ask"),
    path("cases/<uuid:application_id>/note/", desk.note, name="case_note"),
]
