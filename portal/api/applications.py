"""Applications of the token's bank: a list in pages, one of them, and its score."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api.authentication import actor_of
from portal.api.problems import MEDIA_TYPE, ProblemSerializer
from portal.api.shapes import (
    ApplicationPageSerializer,
    ApplicationSerializer,
    ListParameters,
    ScoreSerializer,
)
from portal.applications.bank_queries import bank_case_for, cases_for_bank
from portal.applications.case_filter import CaseFilter, Show
from portal.applications.release_score import release_score
from portal.core.paging import Place

_REFUSED = {(status, MEDIA_TYPE): ProblemSerializer for status in (401, 403, 404, 429)}


class ApplicationsView(APIView):
    @extend_schema(
        operation_id="applications_list",
        parameters=[ListParameters],
        responses={
            200: ApplicationPageSerializer,
            **_REFUSED,
            (400, MEDIA_TYPE): ProblemSerializer,
        },
    )
    def get(self, request: Request) -> Response:
        """A page of the bank's applications, in the order of sending."""
        asked = ListParameters(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = cases_for_bank(actor_of(request), _wanted(asked.validated_data))
        shown = ApplicationSerializer(page.entries, many=True)
        after = Place(*page.after) if page.after is not None else None
        return Response({"results": shown.data, "next": _next_url(request, after)})


class ApplicationView(APIView):
    @extend_schema(
        operation_id="applications_read", responses={200: ApplicationSerializer, **_REFUSED}
    )
    def get(self, request: Request, application_id: UUID) -> Response:
        """Where one application stands, and what was decided."""
        case = bank_case_for(actor_of(request), application_id)
        return Response(ApplicationSerializer(case).data)


class ScoreView(APIView):
    @extend_schema(operation_id="applications_score", responses={200: ScoreSerializer, **_REFUSED})
    def get(self, request: Request, application_id: UUID) -> Response:
        """The score as the bank may see it now; each release is on record."""
        address = request.META.get("REMOTE_ADDR", "")
        score = release_score(actor_of(request), application_id=application_id, address=address)
        return Response(ScoreSerializer(score).data)


def _wanted(asked: dict[str, Any]) -> CaseFilter:
    place: Place | None = asked.get("after")
    return CaseFilter(
        show=Show(asked["show"]),
        since=asked.get("since"),
        until=asked.get("until"),
        after=(place.at, place.id) if place is not None else None,
    )


def _next_url(request: Request, after: Place | None) -> str | None:
    if after is None:
        return None
    query = {**request.query_params.dict(), "after": str(after)}
    return f"{settings.PORTAL_URL}{request.path}?{urlencode(query)}"
