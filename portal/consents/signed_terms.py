"""A digest of the terms: the same before signing, from what is shown, and after, from what was
signed. So anybody who has an artefact can tell that its evidence is about these very terms.
"""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from ledger.format import canonical
from portal.consents.artefact import Artefact
from portal.consents.terms import Terms

_TAG = "taxbridge-terms-v1"


def digest_of_terms(terms: Terms) -> str:
    """SHA-256, in hex, over what a person is about to sign."""
    return _digest(terms, terms.request_id, terms.application_id, terms.days)


def digest_of_signed(artefact: Artefact) -> str:
    """The same over what was signed; times of signing and evidence are not terms."""
    days = (artefact.expires_at - artefact.not_before).days
    return _digest(artefact, artefact.id, artefact.application, days)


def _digest(said: Terms | Artefact, id_: UUID, application: UUID | None, days: int) -> str:
    terms: dict[str, Any] = {
        "tag": _TAG,
        "id": str(id_),
        "supersedes": str(said.supersedes or ""),
        "firm": said.firm.claims(),
        "bank": said.bank.claims(),
        "purpose": [str(said.purpose), said.purpose_text.en, said.purpose_text.zh],
        "categories": [
            [str(category), text.en, text.zh]
            for category, text in zip(said.categories, said.category_texts, strict=True)
        ],
        "months": [str(said.first_month), str(said.last_month)],
        "days": days,
        "storage_days": said.storage_days,
        "max_uses": said.max_uses,
        "application": str(application or ""),
        "cuts": [cut.claims() for cut in said.cuts],
    }
    return hashlib.sha256(canonical.encode(terms)).hexdigest()
