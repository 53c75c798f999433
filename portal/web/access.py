"""Who may open a page at all; what they may do is decided again in each use case."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotAllowed

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class ActorRequest(HttpRequest):
    """A request that passed ``signed_in``."""

    actor: Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request behind ``signed_in`` or ``audience``."""
    return cast("ActorRequest", request).actor


def signed_in(view: View) -> View:
    """Only with password and second factor; others are sent to sign in and then back."""

    @wraps(view)
    def guarded(request: HttpRequest, **parts: object) -> HttpResponseBase:
        if getattr(request, "actor", None) is None:
            return redirect_to_login(request.get_full_path(), reverse("account:sign_in"))
        return view(request, **parts)

    return cast("View", guarded)


def audience(*kinds: OrganisationKind | str) -> Callable[[View], View]:
    """Only for people who act for such an organisation; everybody else gets 403."""
    allowed = frozenset(OrganisationKind(kind) for kind in kinds)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **parts: object) -> HttpResponseBase:
            kind = actor_of(request).organisation_kind
            if kind is None:
                raise NotAllowed(code="acts_for_nobody")
            if kind not in allowed:
                raise NotAllowed
            return view(request, **parts)

        return signed_in(cast("View", guarded))

    return decorate
