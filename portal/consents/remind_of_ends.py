"""Firms and banks are reminded of a consent before it runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.mail import queue_mail
from portal.accounts.models import User
from portal.accounts.permissions import Permission
from portal.consents.purposes import PURPOSE_TEXTS, Purpose, Wording
from portal.consents.queries import ConsentView, consent_of
from portal.consents.recipients import people_who_may
from portal.core.actor import SystemActor
from portal.core.months import SHANGHAI

AHEAD: Final = timedelta(days=14)
# One that was withdrawn, superseded or given back is in another state.
_ENDING: Final = """
SELECT s.id FROM gate.consent_status s
WHERE s.state IN ('active', 'paused') AND s.expires_at > %s AND s.expires_at <= %s
ORDER BY s.expires_at
"""


@transaction.atomic(durable=True)
def remind_of_ends(_actor: SystemActor) -> None:
    """Write once to whoever may renew each consent that runs out soon, and to its bank."""
    now = timezone.now()
    for consent in _ending(now):
        for person in people_who_may(Permission.CONSENT_GRANT, organisation_id=consent.firm_id):
            _remind(person, consent, message="consent_ends_soon")
        for person in people_who_may(Permission.CONSENT_ASK, organisation_id=consent.bank_id):
            _remind(person, consent, message="bank_consent_ends_soon")


def _ending(now: datetime) -> Iterator[ConsentView]:
    with connection.cursor() as cursor:
        cursor.execute(_ENDING, [now, now + AHEAD])
        found = [consent_of(consent_id) for (consent_id,) in cursor.fetchall()]
    return (consent for consent in found if consent is not None)


def _remind(person: User, consent: ConsentView, *, message: str) -> None:
    language = person.language
    queue_mail(
        person,
        message=message,
        once=f"ends:{consent.id}",
        bank=Wording(consent.bank_name, consent.bank_name_zh).said_in(language),
        firm=Wording(consent.firm_name, consent.firm_name_zh).said_in(language),
        purpose=PURPOSE_TEXTS[Purpose(consent.purpose)].said_in(language),
        until=f"{consent.expires_at.astimezone(SHANGHAI):%Y-%m-%d}",
        consent=str(consent.id),
    )
