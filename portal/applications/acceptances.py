"""What the signer states when a firm accepts an offer, and how anybody checks it."""

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
class Accepted:
    """Which offer, by the digest of its document, who said yes for which firm, when and how."""

    offer_id: UUID
    offer_sha256: str
    firm_id: UUID
    person_id: UUID
    at: datetime
    evidence: Evidence

    def claims(self) -> dict[str, Any]:
        """As the signer signs it."""
        return {
            "offer": str(self.offer_id),
            "offer_sha256": self.offer_sha256,
            "firm": str(self.firm_id),
            "person": str(self.person_id),
            "at": self.at.astimezone(UTC).isoformat(timespec="seconds"),
            "evidence": self.evidence.claims(),
        }


def verified_acceptance(token: str, *, keys: KeySet) -> Accepted:
    """An acceptance that one of the pinned keys signed. Refuses (WireRefused) any other text."""
    claims = verify(token, typ=Typ.ACCEPTANCE, keys=keys)
    try:
        return Accepted(
            offer_id=UUID(claims["offer"]),
            offer_sha256=claims["offer_sha256"],
            firm_id=UUID(claims["firm"]),
            person_id=UUID(claims["person"]),
            at=datetime.fromisoformat(claims["at"]),
            evidence=Evidence.read(claims["evidence"]),
        )
    except _UNREADABLE as error:
        raise WireRefused("The acceptance can't be read.") from error
