"""Who asks: a bank's system with its token, and nobody by a cookie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from portal.accounts.api_tokens import TokenActor, actor_of_token
from portal.accounts.limits import check_token, count_refused_token

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which reads from the settings the names of these

SCHEME: Final = "bearer"


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer tbk_…``; a session of the pages counts nothing here."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, TokenActor] | None:
        """The token's actor; AuthenticationFailed for a token that opens nothing.

        Refuses (TooMany) to look at one from a network that sent too many of those.
        """
        scheme, _separator, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        network = request.META["REMOTE_ADDR"]
        check_token(network=network)
        actor = actor_of_token(secret)
        if actor is None:
            count_refused_token(network=network)
            raise AuthenticationFailed(code="token_invalid")
        return AnonymousUser(), actor

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="TaxBridge"'


class HasToken(BasePermission):
    """What the token may do is asked by each use case and query."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.auth is not None


def actor_of(request: Request) -> TokenActor:
    """The actor of a request that passed `HasToken`."""
    return cast("TokenActor", request.auth)
