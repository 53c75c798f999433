"""Addresses of the API, all under ``/api/``."""

from __future__ import annotations

from django.urls import path

from portal.api.applications import ApplicationsView, ApplicationView, ScoreView
from portal.api.nothing import NothingView
from portal.api.schema import SchemaView

app_name = "api"
urlpatterns = [
    path("v1/applications/", ApplicationsView.as_view(), name="applications"),
    path("v1/applications/<uuid:application_id>/", ApplicationView.as_view(), name="application"),
    path("v1/applications/<uuid:application_id>/score/", ScoreView.as_view(), name="score"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("<path:rest>", NothingView.as_view(), name="nothing"),
]
