"""The consent artefact: the signed, immutable statement of what was allowed.

Pure: no clock, no database. Its bytes are canonical JSON (docs/ledger-format.md has the subset),
so that one meaning has one spelling; the gate, the vault worker and the tax authority each read
the same document.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from joserfc.jwk import KeySet

from ledger.format import canonical
from portal.consents.purposes import Wording
from portal.core.months import Month
from portal.core.wire import Typ, WireRefused, verify

VERSION = 1
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Firm:
    id: UUID
    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class Bank:
    id: UUID
    name: str
    licence: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the signer checked the person: the method, and a digest of the one-time step."""

    method: str
    step_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """Who may use which data of whom, for what, until when, how often, and kept how long."""

    id: UUID
    firm: Firm
    bank: Bank
    purpose: str
    purpose_text: Wording
    categories: tuple[str, ...]
    first_month: Month
    last_month: Month
    not_before: datetime
    expires_at: datetime
    fetch_type: str
    max_uses: int
    storage_days: int
    person: UUID
    application: UUID | None
    evidence: Evidence
    limits: tuple[str, ...]

    def claims(self) -> dict[str, Any]:
        """The document as an object; `encode` has its bytes."""
        return {
            "v": VERSION,
            "typ": Typ.CONSENT.value,
            "id": str(self.id),
            "firm": {"id": str(self.firm.id), "uscc": self.firm.uscc, "name": self.firm.name},
            "bank": {
                "id": str(self.bank.id),
                "name": self.bank.name,
                "licence": self.bank.licence,
            },
            "purpose": {
                "code": self.purpose,
                "text_en": self.purpose_text.en,
                "text_zh": self.purpose_text.zh,
            },
            "categories": list(self.categories),
            "months": {"first": str(self.first_month), "last": str(self.last_month)},
            "not_before": self.not_before.astimezone(UTC).strftime(_TIME),
            "expires_at": self.expires_at.astimezone(UTC).strftime(_TIME),
            "fetch_type": self.fetch_type,
            "consent_mode": "STORE",
            "max_uses": self.max_uses,
            "storage_days": self.storage_days,
            "person": str(self.person),
            "application": None if self.application is None else str(self.application),
            "evidence": {
                "method": self.evidence.method,
                "step_digest": self.evidence.step_digest,
            },
            "limits": list(self.limits),
        }

    def encode(self) -> bytes:
        """The only bytes of this document."""
        return canonical.encode(self.claims())

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Self:
        """Read an object; refuses (WireRefused, malformed) what `claims` would not give back."""
        try:
            artefact = cls._read(claims)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise WireRefused("This is not a consent.") from error
        if artefact.claims() != claims:
            raise WireRefused("This is not a consent of version 1.")
        return artefact

    @classmethod
    def _read(cls, claims: Mapping[str, Any]) -> Self:
        firm, bank, purpose = claims["firm"], claims["bank"], claims["purpose"]
        application = claims["application"]
        return cls(
            id=UUID(claims["id"]),
            firm=Firm(UUID(firm["id"]), firm["uscc"], firm["name"]),
            bank=Bank(UUID(bank["id"]), bank["name"], bank["licence"]),
            purpose=purpose["code"],
            purpose_text=Wording(purpose["text_en"], purpose["text_zh"]),
            categories=tuple(claims["categories"]),
            first_month=Month.parse(claims["months"]["first"]),
            last_month=Month.parse(claims["months"]["last"]),
            not_before=_moment(claims["not_before"]),
            expires_at=_moment(claims["expires_at"]),
            fetch_type=claims["fetch_type"],
            max_uses=claims["max_uses"],
            storage_days=claims["storage_days"],
            person=UUID(claims["person"]),
            application=None if application is None else UUID(application),
            evidence=Evidence(**claims["evidence"]),
            limits=tuple(claims["limits"]),
        )


def verified_artefact(jws: str, *, keys: KeySet) -> Artefact:
    """The document in a compact JWS, signed by one of the pinned keys.

    Refuses (WireRefused) with bad_signature, wrong_type, or malformed: not a consent, or not in
    its one spelling. Says nothing about time.
    """
    artefact = Artefact.from_claims(verify(jws, typ=Typ.CONSENT, keys=keys))
    if signed_payload(jws) != artefact.encode():
        raise WireRefused("The document is not in its canonical form.")
    return artefact


def signed_payload(jws: str) -> bytes:
    """The bytes between the dots of a compact JWS."""
    middle = jws.split(".")[1]
    return base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4))


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
