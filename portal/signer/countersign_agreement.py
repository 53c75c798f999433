"""A bank signs an agreement that its firm has accepted: signed here, and carried out by a job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connections, transaction

from ledger.kinds import EventKind
from ledger.recording import record
from portal.applications.countersignatures import Countersigned
from portal.consents.artefact_parts import Evidence
from portal.core.errors import RuleBroken
from portal.core.jobs import Job
from portal.core.wire import Typ, digest, load_signing_key, sign
from portal.jobs.enqueue import enqueue
from portal.signer.agreements import OpenAgreement, open_agreement

_INSERT = """
    INSERT INTO applications_bank_signature (offer_id, bank_id, person_id, method, jws, signed_at)
    VALUES (%s, %s, %s, %s, %s, %s)
"""


def countersign_agreement(
    offer_id: UUID, *, person_id: UUID, evidence: Evidence, using: str = "default"
) -> None:
    """Sign the agreement for the bank, put it on record, and have it carried out.

    Refuses as `open_agreement` does, and (RuleBroken, agreement_altered) evidence that was given
    for another agreement.
    """
    key = load_signing_key(settings.SIGNER_KEY)
    with _moved_on(offer_id, person_id, using), transaction.atomic(using=using, durable=True):
        found = open_agreement(offer_id, person_id=person_id, using=using)
        if evidence.terms_digest != found.shown:
            raise RuleBroken(code="agreement_altered")
        said = Countersigned(
            offer_id=offer_id,
            agreement_sha256=found.shown,
            acceptance_sha256=found.acceptance_sha256,
            bank_id=found.bank_id,
            person_id=person_id,
            at=datetime.now(UTC).replace(microsecond=0),
            evidence=evidence,
        )
        _keep(found, said, sign(said.claims(), typ=Typ.AGREEMENT, key=key), using)


def _keep(found: OpenAgreement, said: Countersigned, jws: str, using: str) -> None:
    whose = [found.id, found.bank_id, said.person_id]
    with connections[using].cursor() as cursor:
        cursor.execute(_INSERT, [*whose, said.evidence.method, jws, said.at])
    record(
        EventKind.AGREEMENT_COUNTERSIGNED,
        actor=f"person:{said.person_id}",
        subject=f"application:{found.application_id}",
        payload={
            "offer": str(found.id),
            "agreement_sha256": said.agreement_sha256,
            "acceptance_sha256": said.acceptance_sha256,
            "signature_sha256": digest(jws),
        },
        using=using,
    )
    enqueue(Job.SETTLE_ACCEPTANCE, subject=f"funding:{found.funding_id}", using=using)


@contextmanager
def _moved_on(offer_id: UUID, person_id: UUID, using: str) -> Iterator[None]:
    """What the database refused because something else was faster is told as what that was."""
    try:
        yield
    except IntegrityError:
        open_agreement(offer_id, person_id=person_id, using=using)
        raise
