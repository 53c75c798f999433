"""Every other address under ``/api/``: refused in the API's own shape, not with a page."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.core.errors import NotFound


class NothingView(APIView):
    """Asks for no token: there is nothing to guard."""

    authentication_classes = ()
    permission_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, rest: str) -> Response:
        raise NotFound(code="address_unknown")
