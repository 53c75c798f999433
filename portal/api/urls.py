"""Addresses of the API, all under ``/api/``."""

from __future__ import annotations

from django.urls import path
from django.views.decorators.cache import never_cache

from portal.api.applications import ApplicationsView, ApplicationView, ScoreView
from portal.api.nothing import NothingView
from portal.api.schema import SchemaView

app_name = "api"
# What a consent opens today may be sealed in the next call: nobody keeps an answer.
applications = never_cache(ApplicationsView.as_view())
application = never_cache(ApplicationView.as_view())
score = never_cache(ScoreView.as_view())
urlpatterns = [
    path("v1/applications/", applications, name="applications"),
    path("v1/applications/<uuid:application_id>/", application, name="application"),
    path("v1/applications/<uuid:application_id>/score/", score, name="score"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("<path:rest>", NothingView.as_view(), name="nothing"),
]
