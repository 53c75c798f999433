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
from portal.consents.artefact_parts import Bank, Cut, Evidence, Firm, Frequency
from portal.consents.purposes import Wording
from portal.core.months import Month
from portal.core.wire import Typ, WireRefused, verify

VERSION = 2
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact:
    """Who may use which data of whom, for what, until when, how often, and kept how long.

    ``person`` is the signing person's id here, ``authority_person`` the same person's at the
    ``provider`` of the data, which checks its own record of mandates by it. ``limits`` are the
    rules that the request was held to, ``cuts`` those that made less of it.
    """

    id: UUID
    supersedes: UUID | None
    firm: Firm
    bank: Bank
    provider: str
    purpose: str
    purpose_text: Wording
    categories: tuple[str, ...]
    category_texts: tuple[Wording, ...]
    first_month: Month
    last_month: Month
    not_before: datetime
    expires_at: datetime
    fetch_type: str
    frequency: Frequency
    max_uses: int
    storage_days: int
    person: UUID
    authority_person: str
    application: UUID | None
    evidence: Evidence
    limits: tuple[str, ...]
    cuts: tuple[Cut, ...]

    def claims(self) -> dict[str, Any]:
        """The document as an object; `encode` has its bytes."""
        return {
            "v": VERSION,
            "typ": Typ.CONSENT.value,
            "id": str(self.id),
            "supersedes": _text_of(self.supersedes),
            "firm": self.firm.claims(),
            "bank": self.bank.claims(),
            "provider": self.provider,
            "purpose": {"code": self.purpose, **_texts(self.purpose_text)},
            "categories": list(self.categories),
            "category_texts": {
                category: _texts(text)
                for category, text in zip(self.categories, self.category_texts, strict=True)
            },
            "months": {"first": str(self.first_month), "last": str(self.last_month)},
            "not_before": self.not_before.astimezone(UTC).strftime(_TIME),
            "expires_at": self.expires_at.astimezone(UTC).strftime(_TIME),
            "fetch_type": self.fetch_type,
            "consent_mode": "STORE",
            "frequency": self.frequency.claims(),
            "max_uses": self.max_uses,
            "storage_days": self.storage_days,
            "person": str(self.person),
            "authority_person": self.authority_person,
            "application": _text_of(self.application),
            "evidence": self.evidence.claims(),
            "limits": list(self.limits),
            "cuts": [cut.claims() for cut in self.cuts],
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
            raise WireRefused(f"This is not a consent of version {VERSION}.")
        return artefact

    @classmethod
    def _read(cls, claims: Mapping[str, Any]) -> Self:
        purpose, months, categories = claims["purpose"], claims["months"], claims["categories"]
        return cls(
            id=UUID(claims["id"]),
            supersedes=_id_of(claims["supersedes"]),
            firm=Firm.read(claims["firm"]),
            bank=Bank.read(claims["bank"]),
            provider=claims["provider"],
            purpose=purpose["code"],
            purpose_text=_wording(purpose),
            categories=tuple(categories),
            category_texts=tuple(_wording(claims["category_texts"][code]) for code in categories),
            first_month=Month.parse(months["first"]),
            last_month=Month.parse(months["last"]),
            not_before=_moment(claims["not_before"]),
            expires_at=_moment(claims["expires_at"]),
            fetch_type=claims["fetch_type"],
            frequency=Frequency.read(claims["frequency"]),
            max_uses=claims["max_uses"],
            storage_days=claims["storage_days"],
            person=UUID(claims["person"]),
            authority_person=claims["authority_person"],
            application=_id_of(claims["application"]),
            evidence=Evidence.read(claims["evidence"]),
            limits=tuple(claims["limits"]),
            cuts=tuple(map(Cut.read, claims["cuts"])),
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


def _texts(wording: Wording) -> dict[str, str]:
    return {"text_en": wording.en, "text_zh": wording.zh}


def _wording(claims: Mapping[str, Any]) -> Wording:
    return Wording(claims["text_en"], claims["text_zh"])


def _text_of(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _id_of(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
