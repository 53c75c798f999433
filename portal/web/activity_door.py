"""The one door at which every act in the portal is written down, whatever page it is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from portal.accounts.activity import Activity, note_activity
from portal.accounts.api_tokens import TokenActor
from portal.accounts.models import User
from portal.core.actor import Actor

Respond = Callable[[HttpRequest], HttpResponse]
SIGN_IN: Final = "account:sign_in"
# Parts of an address that name a thing; others may be secrets, such as the token of a mailed link.
_NAMING: Final = (UUID, int)
_LONGEST_NAME: Final = 40


class ActivityMiddleware:
    """A row for each request of somebody signed in, of a bank's token, and for each try to sign in.

    It is written before the answer leaves, and if it can't be the answer doesn't: nobody looks
    unseen. Refused requests are written down too, with their status, and so are addresses that
    lead nowhere, without the address.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Before the view: signing out ends it, and choosing an organisation changes it.
        actor: Actor | None = getattr(request, "actor", None)
        response = self.respond(request)
        page = request.resolver_match
        if actor is not None:
            _note_act(request, response, actor=actor, page=page)
        # The framework of the API leaves there whose token it believed.
        token = getattr(request, "auth", None)
        if isinstance(token, TokenActor):
            _note_call(request, response, token=token)
        # Also by somebody signed in: whose password it was has a log of his own.
        if page is not None and page.view_name == SIGN_IN and request.method == "POST":
            _note_try(request, response)
        return response


def _note_act(
    request: HttpRequest, response: HttpResponse, *, actor: Actor, page: ResolverMatch | None
) -> None:
    is_form = request.method not in ("GET", "HEAD", "OPTIONS")
    named = [] if page is None else _named_in(page)
    note_activity(
        actor,
        Activity.FORM_SENT if is_form else Activity.PAGE_OPENED,
        subject=":".join(named[0]) if named else "",
        detail={
            "page": "" if page is None else page.view_name,
            "status": response.status_code,
            **dict(named[1:]),
        },
        address=_network(request),
    )


def _note_call(request: HttpRequest, response: HttpResponse, *, token: TokenActor) -> None:
    """Which token, and who made it; the token's text is known here by its digest alone."""
    page = request.resolver_match
    named = [] if page is None else _named_in(page)
    note_activity(
        token,
        Activity.API_CALLED,
        subject=":".join(named[0]) if named else "",
        detail={
            "page": "" if page is None else page.view_name,
            "status": response.status_code,
            "made_by": f"person:{token.made_by}",
        },
        address=_network(request),
    )


def _named_in(page: ResolverMatch) -> list[tuple[str, str]]:
    """The things that an address names; a number of thousands of digits is nothing's."""
    return [
        (name.removesuffix("_id"), str(value)[:_LONGEST_NAME])
        for name, value in page.kwargs.items()
        if isinstance(value, _NAMING)
    ]


def _note_try(request: HttpRequest, response: HttpResponse) -> None:
    """Of the person whose address it was, if it is anybody's; the answer doesn't say whether."""
    email = request.POST.get("email", "").strip().lower()[:254].replace("\x00", "")
    email = email.encode(errors="replace").decode()
    user = User.objects.filter(email=email).first()
    is_right = response.status_code == 302
    note_activity(
        None,
        Activity.PASSWORD_ACCEPTED if is_right else Activity.SIGN_IN_REFUSED,
        subject="" if user is None else user.ref,
        detail={"status": response.status_code},
        address=_network(request),
    )


def _network(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
