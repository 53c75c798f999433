"""Addresses of the firm's pages, all under ``/firm/``."""

from __future__ import annotations

from django.urls import path

from portal.web.sme import (
    answering,
    applications,
    consent_change,
    consents,
    documents,
    firm,
    funding,
    invoices,
    letters,
    overview,
    products,
    questions,
    requests,
    review,
    score,
    sending,
    tax_data,
)

app_name = "sme"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("connect/", firm.connect, name="firm_connect"),
    path("connected/", firm.connected, name="firm_connected"),
    path("score/", score.score, name="score"),
    path("scores/<uuid:score_id>/dispute/", score.dispute, name="score_dispute"),
    path("tax-data/", tax_data.tax_data, name="tax_data"),
    path("consents/", consents.listed, name="consents"),
    path("consents/return/", consents.returned, name="consent_return"),
    path("consents/<uuid:consent_id>/", consents.detail, name="consent_detail"),
    path("consents/requests/<uuid:request_id>/reject/", requests.reject, name="request_reject"),
    path("consents/<uuid:consent_id>/change/", consent_change.change, name="consent_change"),
    path("consents/<uuid:consent_id>/pause/", consents.pause, name="consent_pause"),
    path("consents/<uuid:consent_id>/stop/", consents.stop, name="consent_stop"),
    path("consents/<uuid:consent_id>/erase/", consents.erase, name="consent_erase"),
    path("consents/<uuid:consent_id>/receipt/", consents.receipt, name="consent_receipt"),
    path(
        "consents/<uuid:consent_id>/receipt/stopped.json",
        consents.proof,
        {"kind": "stopped"},
        name="consent_stopped_proof",
    ),
    path(
        "consents/<uuid:consent_id>/receipt/erased.json",
        consents.proof,
        {"kind": "erased"},
        name="consent_erased_proof",
    ),
    path("products/", products.compare, name="products"),
    path("products/choose/", products.choose, name="products_choose"),
    path("products/<uuid:product_id>/apply/", products.apply, name="application_start"),
    path("requests/<uuid:funding_id>/", funding.detail, name="funding_detail"),
    path("applications/", applications.listed, name="applications"),
    path("applications/<uuid:application_id>/", applications.detail, name="application_detail"),
    path(
        "applications/<uuid:application_id>/progress/",
        applications.progress,
        name="application_progress",
    ),
    path("applications/<uuid:application_id>/review/", review.ask, name="application_review"),
    path(
        "applications/<uuid:application_id>/withdraw/",
        applications.withdraw,
        name="application_withdraw",
    ),
    path(
        "applications/<uuid:application_id>/letter/<slug:language>.pdf",
        letters.letter,
        name="application_letter",
    ),
    path("applications/<uuid:application_id>/documents/", documents.add, name="document_add"),
    path("documents/<uuid:document_id>/", documents.download, name="document_download"),
    path("applications/<uuid:application_id>/answer/", answering.answer, name="question_answer"),
    path("applications/<uuid:application_id>/amount/", questions.amount, name="question_amount"),
    path("applications/<uuid:application_id>/term/", questions.term, name="question_term"),
    path("applications/<uuid:application_id>/use/", questions.use, name="question_use"),
    path("applications/<uuid:application_id>/consent/", sending.consent, name="question_consent"),
    path("applications/<uuid:application_id>/check/", sending.check, name="application_check"),
    path("applications/<uuid:application_id>/invoices/", invoices.invoices, name="invoices"),
    path(
        "applications/<uuid:application_id>/invoices/<uuid:attachment_id>/remove/",
        invoices.remove,
        name="invoice_remove",
    ),
]
