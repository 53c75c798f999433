"""A person of the regulator asks for records."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken
from portal.disclosure.models import LAPSES_AFTER, Disclosure, What
from portal.disclosure.telling import tell_colleagues
from portal.disclosure.terms import Terms, check_terms
from portal.disclosure.whose import check_known


@transaction.atomic(durable=True)
def request_records(actor: Actor, *, request_id: UUID, terms: Terms) -> Disclosure:
    """Ask; colleagues are told, and one of them has to decide within seven days.

    Sent twice under one ``request_id`` it is asked once. NotAllowed for anybody but a regulator's
    people, NotFound for a party there is none of and for an id of somebody else's request,
    RuleBroken for terms that `check_terms` refuses and for other ones than were sent under this id.
    """
    require(actor, Permission.ACTIVITY_VIEW)
    check_terms(terms, timezone.now())
    check_known(terms.what, terms.whose)
    disclosure = _fresh(actor, request_id, terms)
    # ON CONFLICT DO NOTHING waits for a concurrent twin to commit, so the look-up below sees it.
    Disclosure.objects.bulk_create([disclosure], ignore_conflicts=True)
    stored = Disclosure.objects.visible_to(actor).filter(id=request_id).first()
    if stored is None or stored.asked_by != actor.person_id:
        raise NotFound(code="disclosure_not_found")
    if stored.reference != disclosure.reference:
        return _same_or_refused(stored, disclosure)
    record(
        EventKind.DISCLOSURE_REQUESTED,
        actor=actor.ref,
        subject=disclosure.ref,
        payload={
            "what": terms.what.value,
            "basis": terms.basis.value,
            "days": terms.days,
            "request_digest": disclosure.request_digest(),
        },
    )
    tell_colleagues(disclosure)
    return disclosure


def _same_or_refused(stored: Disclosure, again: Disclosure) -> Disclosure:
    if stored.asked_terms() != again.asked_terms():
        raise RuleBroken(
            _("You have sent this request already, with other answers. Begin a new one for these."),
            code="disclosure_sent",
        )
    return stored


def _fresh(actor: Actor, request_id: UUID, terms: Terms) -> Disclosure:
    now, is_person = timezone.now(), terms.what is What.PERSON
    return Disclosure(
        id=request_id,
        organisation_id=str(actor.organisation_id),
        what=terms.what,
        person_id=terms.whose if is_person else None,
        party_id=None if is_person else terms.whose,
        since=terms.since,
        until=terms.until,
        basis=terms.basis,
        words=terms.words.strip(),
        tell_at=terms.tell_at,
        tell_reason=terms.tell_reason or "",
        asked_by=actor.person_id,
        asked_at=now,
        lapses_at=now + LAPSES_AFTER,
    )
