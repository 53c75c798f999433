"""Addresses of the bank's pages, all under ``/bank/``."""

from __future__ import annotations

from django.urls import path

from portal.web.bank import asking, case, disputes, letters, queue

app_name = "bank"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("consents/", asking.listed, name="consents"),
    path("consents/ask/", asking.ask, name="consent_ask"),
    path("consents/<uuid:consent_id>/give-back/", asking.release, name="consent_release"),
    path("consents/<uuid:consent_id>/acknowledge/", asking.acknowledge, name="consent_acknowledge"),
    path("disputes/", disputes.listed, name="disputes"),
    path("disputes/<uuid:dispute_id>/", disputes.answer, name="dispute_answer"),
    path("cases/<uuid:application_id>/", case.detail, name="case_detail"),
    path(
        "cases/<uuid:application_id>/letter/<slug:language>.pdf",
        letters.letter,
        name="case_letter",
    ),
    path("cases/<uuid:application_id>/decide/", case.decide, name="case_decide"),
]
