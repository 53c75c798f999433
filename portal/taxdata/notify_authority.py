"""Telling the tax authority that a consent is over, until it has signed that it knows."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from joserfc.jwk import KeySet

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.errors import Refused
from portal.core.jobs import Cancelled, Retry
from portal.core.wire import Typ, WireRefused, digest, verify
from portal.taxdata.connector import Connector, Unreachable
from portal.taxdata.models import AuthorityNotice

ACTOR = "system:intake"
FIRST_WAIT, LONGEST_WAIT = 60.0, 3600.0


def notify_authority(consent_id: UUID, *, connector: Connector, authority_keys: KeySet) -> None:
    """Send the notice of a consent that was ended and keep the acknowledgement. Once is enough.

    Only the authority's own signed word ends this: raises Retry while it can't be reached, says no,
    or answers with anything else. Raises Cancelled for a consent that nobody ended.
    """
    if AuthorityNotice.objects.filter(consent_id=consent_id).exists():
        return
    artefact_sha256, ended_at = _ended(consent_id)
    try:
        token = connector.revoke(
            consent=str(consent_id), artefact_sha256=artefact_sha256, at=ended_at.isoformat()
        )
        _check(token, consent_id, artefact_sha256, authority_keys)
    except (Unreachable, Refused) as error:
        raise Retry(wait_after(timezone.now() - ended_at), str(error)) from error
    _keep(consent_id, token)


def wait_after(age: timedelta) -> float:
    """Seconds until the next try: as long again as it has taken so far, an hour at the most."""
    return min(max(age.total_seconds(), FIRST_WAIT), LONGEST_WAIT)


def _check(token: str, consent_id: UUID, artefact_sha256: str, keys: KeySet) -> None:
    claims = verify(token, typ=Typ.ACKNOWLEDGEMENT, keys=keys)
    if (claims.get("consent"), claims.get("artefact_sha256")) != (str(consent_id), artefact_sha256):
        raise WireRefused("The acknowledgement is of another consent.")


def _ended(consent_id: UUID) -> tuple[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT artefact_sha256, ended_at FROM gate.consent_status"
            " WHERE id = %s AND ended_at IS NOT NULL",
            [consent_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise Cancelled("not_withdrawn")
    return row[0], row[1]


@transaction.atomic(durable=True)
def _keep(consent_id: UUID, token: str) -> None:
    notice, is_new = AuthorityNotice.objects.get_or_create(
        consent_id=consent_id, defaults={"acknowledgement": token}
    )
    if is_new:
        record(
            EventKind.AUTHORITY_NOTIFIED,
            actor=ACTOR,
            subject=f"consent:{consent_id}",
            payload={"consent": str(consent_id), "ack_sha256": digest(notice.acknowledgement)},
        )
