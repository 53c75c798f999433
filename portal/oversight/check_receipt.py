"""Checking what somebody brought: a receipt, a bundle about a consent's end, a consent receipt."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from joserfc.jwk import KeySet

from ledger.format.policy import Policy
from ledger.format.receipt import BundleFlaw, BundleRefused, checked_bundle
from portal.consents.receipt_terms import ReceiptFlaw, ReceiptTerms
from portal.core.actor import SystemActor
from portal.core.wire import load_public_keys
from portal.oversight.contradiction import contradicts_ledger
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident
from portal.oversight.receipt_check import Examination, Verdict, examine
from portal.oversight.signed_text import is_signed_text, opened

THE_CHECK = SystemActor("receipts")
MOST_RECEIPTS = 200
_WORST_FIRST = (Verdict.REFUSED, Verdict.SIGNED, Verdict.WITNESSED)


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of each receipt, and of the bundle as a whole.

    ``about`` is what a bundle states ("stopped", "erased"; "receipt" for a consent receipt, whose
    ``terms`` are given where they are proven; "" for a single receipt), ``flaw`` why its receipts
    together don't show that, ``contradicts`` whether our ledger says otherwise.
    """

    receipts: tuple[Examination, ...]
    about: str = ""
    flaw: BundleFlaw | ReceiptFlaw | None = None
    contradicts: bool = False
    terms: ReceiptTerms | None = None

    @property
    def verdict(self) -> Verdict:
        """Of the weakest receipt; refused where a bundle doesn't show what it states."""
        if self.flaw:
            return Verdict.REFUSED
        return min((one.verdict for one in self.receipts), key=_WORST_FIRST.index)


def check_receipt_text(text: str, policy: Policy) -> Checked:
    """Look at an uploaded text under the policy of this server, and compare it with the ledger.

    A receipt with our own valid signature that contradicts our ledger opens an incident.
    """
    found = _looked_at(text, policy)
    for one in found.receipts:
        if contradicts_ledger(one) and one.receipt is not None:
            open_incident(THE_CHECK, cause=Cause.RECEIPT, place=one.receipt.seq)
            return replace(found, contradicts=True)
    return found


def _looked_at(text: str, policy: Policy) -> Checked:
    if is_signed_text(text):
        return _consent_receipt(text, policy)
    return _bundle(text, policy) if text.lstrip().startswith("{") else _single(text, policy)


def _consent_receipt(text: str, policy: Policy) -> Checked:
    """The signature first; then the proofs, and only if all hold, what they say together."""
    found = opened(text, keys=_receipt_keys(), most=MOST_RECEIPTS)
    receipts = tuple(examine(one, policy) for one in found.proofs)
    flaw = found.flaw
    if found.terms is not None and all(one.holds for one in receipts):
        flaw = found.terms.flaw_beside(
            [(one.receipt.seq, one.event) for one in receipts if one.receipt and one.event]
        )
    checked = Checked(receipts, "receipt", flaw)
    is_shown = found.terms is not None and checked.verdict is not Verdict.REFUSED
    return replace(checked, terms=found.terms if is_shown else None)


def _receipt_keys() -> KeySet | None:
    """None in an installation whose keys were made before there were receipts."""
    path = settings.RECEIPTS_PUBLIC_KEYS
    return load_public_keys(path) if path.exists() else None


def _single(text: str, policy: Policy) -> Checked:
    return Checked((examine(text, policy),))


def _bundle(text: str, policy: Policy) -> Checked:
    """The receipts of a bundle; a text that is no bundle is looked at as one receipt."""
    try:
        bundle: Any = json.loads(text)
        texts = [bundle["granted"], *bundle["receipts"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return _single(text, policy)
    if len(texts) > MOST_RECEIPTS or not all(map(_is_text, texts)):
        return _single(text, policy)
    receipts = tuple(examine(one, policy) for one in texts)
    try:
        checked_bundle(bundle, *policy.logs)
    except BundleRefused as error:
        return Checked(receipts, about=str(bundle.get("what", "")), flaw=error.flaw)
    return Checked(receipts, about=str(bundle["what"]))


def _is_text(value: object) -> bool:
    """Whether a page can show it: JSON may spell lone surrogates, which no encoding has."""
    return isinstance(value, str) and value == value.encode(errors="replace").decode()
