"""A firm accepts an offer: signed here, once per request for money, and carried out by a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connections, transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.acceptances import Accepted
from portal.consents.artefact_parts import Evidence
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.core.wire import Typ, digest, load_signing_key, sign
from portal.jobs.enqueue import enqueue
from portal.signer.offers import OpenOffer, open_offer

_INSERT = """
    INSERT INTO applications_acceptance
        (offer_id, funding_id, firm_id, person_id, method, jws, accepted_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def accept_offer(
    offer_id: UUID, *, person_id: UUID, evidence: Evidence, using: str = "default"
) -> None:
    """Sign that the firm accepts this offer, put it on record, and have it carried out.

    Refuses as `open_offer` does, and (RuleBroken, offer_altered) evidence that was given for
    another offer. Of two offers of one request that are accepted at once one is refused.
    """
    key = load_signing_key(settings.SIGNER_KEY)
    with _moved_on(offer_id, person_id, using), transaction.atomic(using=using, durable=True):
        offer = open_offer(offer_id, person_id=person_id, using=using)
        if evidence.terms_digest != offer.shown:
            raise RuleBroken(code="offer_altered")
        accepted = Accepted(
            offer_id=offer.id,
            offer_sha256=offer.sha256,
            firm_id=offer.firm_id,
            person_id=person_id,
            at=datetime.now(UTC).replace(microsecond=0),
            evidence=evidence,
            agreement_sha256=offer.shown,
            place=offer.place,
        )
        jws = sign(accepted.claims(), typ=Typ.ACCEPTANCE, key=key)
        _keep(offer, accepted, jws, using)


def _keep(offer: OpenOffer, accepted: Accepted, jws: str, using: str) -> None:
    method = accepted.evidence.method
    whose = [offer.id, offer.funding_id, offer.firm_id, accepted.person_id]
    with connections[using].cursor() as cursor:
        cursor.execute(_INSERT, [*whose, method, jws, accepted.at])
    record(
        EventKind.OFFER_ACCEPTED,
        actor=f"person:{accepted.person_id}",
        subject=f"application:{offer.application_id}",
        payload={
            "offer": str(offer.id),
            "offer_sha256": offer.sha256,
            "acceptance_sha256": digest(jws),
        },
        using=using,
    )
    enqueue(Job.SETTLE_ACCEPTANCE, subject=f"funding:{offer.funding_id}", using=using)


@contextmanager
def _moved_on(offer_id: UUID, person_id: UUID, using: str) -> Iterator[None]:
    """What the database refused because something else was faster is told as what that was."""
    try:
        yield
    except IntegrityError:
        open_offer(offer_id, person_id=person_id, using=using)
        raise
