"""What the signer states when a firm accepts an offer, and how anybody checks it."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from joserfc.jwk import KeySet

from portal.applications.disbursement import Disbursement, agreement_document, needs_account
from portal.consents.artefact_parts import Evidence
from portal.core.errors import RuleBroken
from portal.core.wire import Typ, WireRefused, verify
from portal.products.terms import digest_of

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
    agreement_sha256: str = ""
    place: Disbursement | None = None

    def claims(self) -> dict[str, Any]:
        """As the signer signs it; an offer of format 1 was accepted without an account."""
        agreement: dict[str, Any] = {}
        if self.place is not None:
            agreement = {
                "agreement_sha256": self.agreement_sha256,
                "disbursement": self.place.frozen(),
            }
        return {
            **agreement,
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
        place = claims.get("disbursement")
        return Accepted(
            offer_id=UUID(claims["offer"]),
            offer_sha256=claims["offer_sha256"],
            firm_id=UUID(claims["firm"]),
            person_id=UUID(claims["person"]),
            at=datetime.fromisoformat(claims["at"]),
            evidence=Evidence.read(claims["evidence"]),
            agreement_sha256=claims.get("agreement_sha256", ""),
            place=Disbursement.thaw(place) if place is not None else None,
        )
    except _UNREADABLE as error:
        raise WireRefused("The acceptance can't be read.") from error


def accepted_as_shown(token: str, *, document: Mapping[str, Any], keys: KeySet) -> Accepted:
    """What a firm signed, held to the offer's document that it names.

    Refuses (RuleBroken, acceptance_invalid) what the signer did not sign under this very document,
    and an account that is not the one in the agreement that was shown.
    """
    try:
        said = verified_acceptance(token, keys=keys)
    except WireRefused as refusal:
        raise RuleBroken(code="acceptance_invalid") from refusal
    agreement = digest_of(agreement_document(document, said.place)) if said.place else ""
    is_same = (
        hmac.compare_digest(said.offer_sha256, digest_of(document))
        and hmac.compare_digest(said.agreement_sha256, agreement)
        and (said.place is not None or not needs_account(document))
        and str(said.offer_id) == document["offer"]
        and str(said.firm_id) == document["firm"]
    )
    if not is_same:
        raise RuleBroken(code="acceptance_invalid")
    return said
