"""A signed consent receipt that somebody brought: opened, whether or not its signature holds."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from joserfc.jwk import KeySet

from portal.consents.receipt_terms import ReceiptFlaw, ReceiptTerms
from portal.core.wire import Typ, WireRefused, verify

_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Opened:
    """The ledger's proofs in it; its terms, unless ``flaw`` says why they count for nothing."""

    proofs: tuple[str, ...] = ()
    terms: ReceiptTerms | None = None
    flaw: ReceiptFlaw | None = None


def is_signed_text(text: str) -> bool:
    """Whether a text has the shape of a compact JWS."""
    return _COMPACT.fullmatch(text.strip()) is not None


def opened(text: str, *, keys: KeySet | None, most: int) -> Opened:
    """Look into such a text; never raises for what is wrong with it.

    The proofs are given even where the signature fails: what the ledger signed holds by itself.
    """
    token = text.strip()
    claims = _claims_in(token)
    proofs = _proofs_in(claims, most)
    if keys is None:
        return Opened(proofs, flaw=ReceiptFlaw.NO_KEY)
    if not _is_signed(token, keys):
        return Opened(proofs, flaw=ReceiptFlaw.SIGNATURE)
    try:
        return Opened(proofs, ReceiptTerms.read(claims))
    except ValueError:
        return Opened(proofs, flaw=ReceiptFlaw.FORM)


def _is_signed(token: str, keys: KeySet) -> bool:
    try:
        verify(token, typ=Typ.RECEIPT, keys=keys)
    except WireRefused:
        return False
    return True


def _claims_in(token: str) -> dict[str, Any]:
    try:
        claims = json.loads(_decoded(token.split(".")[1]))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def _proofs_in(claims: dict[str, Any], most: int) -> tuple[str, ...]:
    proofs = claims.get("proofs")
    if not isinstance(proofs, list) or len(proofs) > most or not all(map(_is_shown, proofs)):
        return ()
    return tuple(proofs)


def _is_shown(value: object) -> bool:
    """Whether a page can show it: JSON may spell lone surrogates, which no encoding has."""
    return isinstance(value, str) and value == value.encode(errors="replace").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
