"""What every page knows: the person, the menu of the person's audience, the demonstration note."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ledger.words import code_words
from portal.accounts.queries import memberships_of
from portal.consents.acknowledgements import number_owed
from portal.core.actor import Actor, OrganisationKind, Role
from portal.notifications.inbox import unread_count
from portal.oversight.incidents import unclosed_for
from portal.web.incident_words import clock, title
from scoring.dispute_queries import number_to_answer

Item = tuple[str, Any]
_CONSENTS = "bank:consents"
_DISPUTES = "bank:disputes"
_COMPLAINTS = "regulator:complaints"
_INCIDENTS = "regulator:incidents"
_REQUESTS = "regulator:disclosures"
_DRIFT = "regulator:drift"
_BANK_DRIFT = "bank:drift"
MENUS: dict[OrganisationKind, tuple[Item, ...]] = {
    OrganisationKind.FIRM: (
        ("sme:overview", _("Overview")),
        ("sme:score", _("Score")),
        ("sme:tax_data", _("Tax data")),
        ("sme:consents", _("Consents")),
        ("sme:applications", _("Applications")),
        ("sme:loans", _("Loans")),
        ("sme:looks", _("Who looked")),
        ("sme:events", _("Events")),
    ),
    OrganisationKind.BANK: (
        ("bank:queue", _("Applications")),
        (_CONSENTS, _("Consents")),
        (_DISPUTES, _("Disputes")),
        ("bank:loans", _("Loans")),
        ("bank:portfolio", _("Portfolio")),
        ("bank:products", _("Products")),
        (_BANK_DRIFT, _("Model watch")),
        ("bank:tokens", _("Systems")),
        ("bank:team", _("Team")),
        ("bank:events", _("Events")),
    ),
    OrganisationKind.REGULATOR: (
        ("regulator:ledger", _("Ledger")),
        ("regulator:checkpoints", _("Checkpoints")),
        (_REQUESTS, _("Record requests")),
        (_DRIFT, _("Model watch")),
        (_COMPLAINTS, _("Complaints")),
        (_INCIDENTS, _("Incidents")),
    ),
    OrganisationKind.OPERATOR: (
        (_COMPLAINTS, _("Complaints")),
        (_INCIDENTS, _("Incidents")),
        (_REQUESTS, _("Record requests")),
        (_DRIFT, _("Model watch")),
    ),
}
# Pages that belong to an entry of a menu without lying under its address.
BELONGING = {
    "/bank/cases/": "bank:queue",
    "/bank/complaints/": _DISPUTES,
    "/bank/calibration/": _BANK_DRIFT,
    "/bank/fairness/": _BANK_DRIFT,
    "/bank/models/": _BANK_DRIFT,
    "/regulator/calibration/": _DRIFT,
    "/regulator/fairness/": _DRIFT,
    "/regulator/models/": _DRIFT,
    "/regulator/loans/": _DRIFT,
    "/regulator/entries/": "regulator:ledger",
    "/regulator/consistency/": "regulator:checkpoints",
}
# What waits for somebody under an entry.
_NUMBERS: dict[str, Callable[[Actor], int]] = {
    _DISPUTES: number_to_answer,
    _CONSENTS: number_owed,
}
ROLE_NAMES = {
    Role.FIRM_CLERK: _("read only"),
    Role.BANK_OFFICER: _("bank officer"),
    Role.BANK_APPROVER: _("bank approver"),
    Role.REGULATOR: _("regulator"),
    Role.OPERATOR: _("operator"),
    Role.MODEL_DEVELOPER: _("model developer"),
    Role.MODEL_VALIDATOR: _("model validator"),
}


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor of all pages of the portal; the consent signer has one of its own."""
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "is_demonstration": getattr(settings, "DEMONSTRATION", False),
        "person": None if actor is None else {"name": actor.person_name, "role": role_name(actor)},
        # Asked by the template only: the page of a failed database shows none.
        "unread": 0 if actor is None else SimpleLazyObject(partial(unread_count, actor)),
        "acting": None if actor is None else SimpleLazyObject(partial(acting_for, actor)),
        "nav": [] if actor is None else menu(actor, request.path),
        "incidents": [] if actor is None else SimpleLazyObject(partial(warnings, actor)),
    }


def warnings(actor: Actor) -> list[dict[str, Any]]:
    """The incidents that every page of an overseer warns of, until a person closes them."""
    now = timezone.now()
    return [
        {"id": incident.id, "title": title(incident), "clock": clock(incident, now)}
        for incident in unclosed_for(actor)
    ]


def acting_for(actor: Actor) -> dict[str, Any]:
    """Whom the actor acts for and could act for; shown to people of firms, and of several."""
    memberships = [
        {
            "id": member.organisation_id,
            "name": member.organisation.name_in(get_language() or "en"),
            "role": code_words(member.role),
        }
        for member in memberships_of(actor)
    ]
    others = [member for member in memberships if member["id"] != actor.organisation_id]
    now = next((one for one in memberships if one["id"] == actor.organisation_id), {})
    is_firm = actor.organisation_kind is OrganisationKind.FIRM
    return {**now, "others": others, "is_firm": is_firm, "is_shown": bool(is_firm or others)}


def role_name(actor: Actor) -> Any:
    """The role shown beside the name; the firm's own people need none, save readers."""
    return next((ROLE_NAMES[role] for role in sorted(actor.roles) if role in ROLE_NAMES), "")


def menu(actor: Actor, path: str) -> list[dict[str, Any]]:
    """The audience's menu, with the entry that the page lies under marked as current.

    ``waiting`` counts what waits there for the actor.
    """
    if actor.organisation_kind is None:
        return []
    items = MENUS[actor.organisation_kind]
    current = _current([name for name, _text in items], path)
    return [
        {
            "url": reverse(name),
            "text": text,
            "waiting": _waiting(actor, name),
            "is_current": name == current,
        }
        for name, text in items
    ]


def _current(names: list[str], path: str) -> str:
    """The entry with the longest address that the page lies under or belongs to; "" for none."""
    addresses = {**BELONGING, **{reverse(name): name for name in names}}
    longest = max((one for one in addresses if path.startswith(one)), key=len, default="")
    beside = [reverse(name) for name in names[1:]]
    if longest == reverse(names[0]) != path and any(one.startswith(longest) for one in beside):
        return ""  # an overview lies above all other pages, and is none of them
    return addresses.get(longest, "")


def _waiting(actor: Actor, name: str) -> Any:
    """Asked by the template only: the page of a failed database shows none."""
    number = _NUMBERS.get(name)
    return 0 if number is None else SimpleLazyObject(partial(number, actor))
