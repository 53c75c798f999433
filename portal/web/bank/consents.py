"""Consents that name the bank: which it may use, which are over, and what it owes the firms."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.accounts.permissions import Permission, may
from portal.accounts.queries import names_of
from portal.applications.queries import references_of
from portal.consents.acknowledgements import (
    ACKNOWLEDGE_WITHIN,
    Owed,
    acknowledgement_of,
    due_at,
    number_owed,
    owed_by,
)
from portal.consents.dashboard import consents_in
from portal.consents.queries import consent_for, uses_of
from portal.consents.requests import asks_of
from portal.core.actor import Actor
from portal.oversight.complaints import waiting_about
from portal.web.access import actor_of, audience
from portal.web.comparison_words import change_in_words
from portal.web.consent_filter import ConsentFilterForm
from portal.web.consent_history import history_steps
from portal.web.consent_words import consent_lines, owed_sentence
from portal.web.paging import page_links, place_in


@require_safe
@audience("bank")
def listed(request: HttpRequest) -> HttpResponse:
    """What the bank owes first, then every consent that names it, then what it asked for."""
    actor = actor_of(request)
    form = ConsentFilterForm(request.GET, text_label=_("Part of the firm’s name, or its code"))
    asks = asks_of(actor, after=place_in(request, "asked_after"))
    consents = consents_in(actor, form.groups, wanted=form.wanted(), after=place_in(request))
    about = waiting_about(actor, [consent.id for consent in consents.rows])
    context = {
        **_owed(actor),
        "form": form,
        "lines": consent_lines(consents.rows),
        "consent_links": page_links(request, consents),
        "cases": references_of(actor, [consent.application_id for consent in consents.rows]),
        "complained_of": {one.subject_id for one in about},
        "may_ask": may(actor, Permission.CONSENT_ASK),
        "asks": asks.rows,
        "ask_links": page_links(request, asks, "asked_after"),
    }
    return render(request, "bank/consents.html", context)


@require_safe
@audience("bank")
def detail(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """One consent that names the bank: its terms, its state and why, each use, who acknowledged."""
    actor = actor_of(request)
    consent = consent_for(actor, consent_id)
    (line,) = consent_lines([consent])
    given, owed = acknowledgement_of(consent), Owed(consent, due_at(consent))
    context = {
        "consent": consent,
        "cases": references_of(actor, [consent.application_id]),
        "sentence": line.sentence,
        "uses": uses_of(consent.id),
        "comparison": change_in_words(actor, consent),
        "history": history_steps(actor, consent),
        "given": given,
        "given_by": names_of([given.person_id]).get(given.person_id, "") if given else "",
        "owed_sentence": owed_sentence(owed, timezone.now()),
        "is_overdue": owed.is_overdue(timezone.now()),
        "may_release": may(actor, Permission.CONSENT_RELEASE),
        "complaints": waiting_about(actor, [consent.id]),
    }
    return render(request, "bank/consent_detail.html", context)


def _owed(actor: Actor) -> dict[str, object]:
    """The ends to acknowledge, the longest owed first, and how many more there are."""
    now, owed = timezone.now(), owed_by(actor)
    lines = zip(consent_lines([one.consent for one in owed]), owed, strict=True)
    return {
        "owed": [
            {
                "consent": one.consent,
                "sentence": line.sentence,
                "due": owed_sentence(one, now),
                "is_overdue": one.is_overdue(now),
            }
            for line, one in lines
        ],
        "more_owed": number_owed(actor) - len(owed),
        "days": ACKNOWLEDGE_WITHIN.days,
    }
