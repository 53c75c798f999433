"""What the signer states when a bank signs an agreement, and how anybody checks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc.jwk import KeySet

from portal.consents.artefact_parts import Evidence
from portal.core.wire import Typ, WireRefused, verify

_UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True, slots=True)
class Countersigned:
    """Which agreement, on which acceptance, who signed it for which bank, when and how."""

    offer_id: UUID
    agreement_sha256: str
    acceptance_sha256: str
    bank_id: UUID
    person_id: UUID
    at: datetime
    evidence: Evidence

    def claims(self) -> dict[str, Any]:
        """As the signer signs it."""
        return {
            "offer": str(self.offer_id),
            "agreement_sha256": self.agreement_sha256,
            "acceptance_sha256": self.acceptance_sha256,
            "bank": str(self.bank_id),
            "person": str(self.person_id),
            "at": self.at.astimezone(UTC).isoformat(timespec="seconds"),
            "evidence": self.evidence.claims(),
        }


def verified_countersignature(token: str, *, keys: KeySet) -> Countersigned:
    """A bank's signature by one of the pinned keys. Refuses (WireRefused) any other text."""
    claims = verify(token, typ=Typ.AGREEMENT, keys=keys)
    try:
        return Countersigned(
            offer_id=UUID(claims["offer"]),
            agreement_sha256=claims["agreement_sha256"],
            acceptance_sha256=claims["acceptance_sha256"],
            bank_id=UUID(claims["bank"]),
            person_id=UUID(claims["person"]),
            at=datetime.fromisoformat(claims["at"]),
            evidence=Evidence.read(claims["evidence"]),
        )
    except _UNREADABLE as error:
        raise WireRefused("The bank's signature can't be read.") from error
