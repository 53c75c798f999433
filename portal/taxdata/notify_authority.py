"""Telling the tax authority that a consent is over, until it has signed that it knows."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from joserfc.jwk import KeySet

from ledger.kinds import EventKind
from ledger.recording import record
from portal.core.jobs import Cancelled, Retry
from portal.core.wire import Typ, digest, verify
from portal.taxdata.connector import Connector, Unreachable
from portal.taxdata.models import AuthorityNotice

ACTOR = "system:intake"
WAIT_SECONDS = 60


def notify_authority(consent_id: UUID, *, connector: Connector, authority_keys: KeySet) -> None:
    """Send the notice of a consent that was ended and keep the acknowledgement. Once is enough.

    Raises Retry while the authority can't be reached, Cancelled for a consent that nobody
    ended; refuses (WireRefused) an acknowledgement that isn't the authority's.
    """
    if AuthorityNotice.objects.filter(consent_id=consent_id).exists():
        return
    artefact_sha256, at = _withdrawn(consent_id)
    try:
        token = connector.revoke(consent=str(consent_id), artefact_sha256=artefact_sha256, at=at)
    except Unreachable as error:
        raise Retry(WAIT_SECONDS, "The tax authority can't be reached.") from error
    claims = verify(token, typ=Typ.ACKNOWLEDGEMENT, keys=authority_keys)
    if claims.get("consent") != str(consent_id):
        raise Retry(WAIT_SECONDS, "The acknowledgement is of another consent.")
    _keep(consent_id, token)


def _withdrawn(consent_id: UUID) -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT artefact_sha256, ended_at FROM gate.consent_status"
            " WHERE id = %s AND ended_at IS NOT NULL",
            [consent_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise Cancelled("not_withdrawn")
    return row[0], row[1].isoformat()


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
