"""Addresses of the bank's pages, all under ``/bank/``."""

from __future__ import annotations

from django.urls import path

from portal.web.bank import case, queue

app_name = "bank"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("cases/<uuid:application_id>/", case.detail, name="case_detail"),
    path("cases/<uuid:application_id>/decide/", case.decide, name="case_decide"),
]
