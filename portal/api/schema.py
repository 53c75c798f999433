"""The API's description of itself (OpenAPI), generated from the views and the shapes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularJSONAPIView

from portal.api.authentication import SCHEME


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description names the token."""

    target_class = "portal.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": SCHEME}


class SchemaView(SpectacularJSONAPIView):
    """For everybody: it says how to ask, and nothing of anybody."""

    authentication_classes = ()
    permission_classes = ()
