"""Addresses of the API, all under ``/api/``."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import path
from django.views.decorators.cache import never_cache
from rest_framework.views import APIView

from portal.api.applications import ApplicationsView, ApplicationView, ScoreView
from portal.api.nothing import NothingView
from portal.api.schema import SchemaView

app_name = "api"
View = Callable[..., HttpResponseBase]


def _reading(view: type[APIView]) -> View:
    """Only for reading, and nobody keeps an answer: the next call may find it sealed."""
    return never_cache(view.as_view(http_method_names=["get", "head"]))


urlpatterns = [
    path("v1/applications/", _reading(ApplicationsView), name="applications"),
    path("v1/applications/<uuid:application_id>/", _reading(ApplicationView), name="application"),
    path("v1/applications/<uuid:application_id>/score/", _reading(ScoreView), name="score"),
    path("v1/schema/", SchemaView.as_view(), name="schema"),
    path("<path:rest>", NothingView.as_view(), name="nothing"),
]
