"""A receipt: one entry, the way from it to a signed tree head, and that head.

Made to be checked by anybody without the portal's servers; `ledger/export/verify_taxbridge.py` does
so with none of this code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from ledger.format.canonical import NotCanonical
from ledger.format.event import Event
from ledger.format.merkle import ProofRefused, check_inclusion, leaf_hash
from ledger.format.note_keys import NoteRefused, Verifier
from ledger.format.policy import NONE, Opened, Policy
from ledger.format.tlog_proof import TlogProof

GRANTED = "consent.granted"
ERASED = "data.erased"


@dataclass(frozen=True, slots=True)
class Proof:
    """The kinds of entry that belong to one statement, and those of which one has to be there."""

    kinds: frozenset[str]
    says_so: Callable[[Event], bool]


# A data.erased without ``kept`` is about months that were never completed, not about the end.
PROOFS: Final[Mapping[str, Proof]] = {
    "stopped": Proof(
        frozenset(
            {
                "consent.withdrawn",
                "consent.released",
                "consent.superseded",
                "consent.expired",
                "consent.key_revoked",
            }
        ),
        lambda event: True,
    ),
    "erased": Proof(
        frozenset({ERASED, "features.erased"}),
        lambda event: event.kind == ERASED and "kept" in event.payload,
    ),
}


class ReceiptRefused(ValueError):
    """A receipt that proves nothing: damaged, forged, or under another key."""


class BundleFlaw(StrEnum):
    """Why the receipts of a bundle don't show together what it says."""

    FORM = "form"
    SUBJECT = "subject"
    DOCUMENT = "document"
    END = "end"
    RECEIPT = "receipt"


class BundleRefused(ReceiptRefused):
    """A bundle whose receipts, or what they say together, don't hold; ``flaw`` is the code."""

    def __init__(self, flaw: BundleFlaw, message: str) -> None:
        super().__init__(message)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Proven:
    """What a receipt shows: the event, the signed state it stands in, and who cosigned that."""

    event: Event
    opened: Opened


@dataclass(frozen=True, slots=True)
class Receipt:
    """Entry number ``seq`` with its exact body, the sibling hashes, and the signed note.

    As text it is a C2SP tlog-proof with the body as its extra data.
    """

    seq: int
    body: bytes
    proof: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """The receipt as a file's text."""
        return TlogProof(self.seq, self.proof, self.checkpoint, extra=self.body).text()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read such a text; refuses (ReceiptRefused) any other."""
        try:
            proof = TlogProof.parse(text)
        except ProofRefused as error:
            raise ReceiptRefused(f"This is not a receipt: {error}") from error
        return cls(proof.index, proof.extra, proof.path, proof.note)

    def check(self, *verifiers: Verifier) -> Event:
        """The event that this receipt proves to be in the log of these keys.

        Refuses (ReceiptRefused) one that doesn't. Says nothing about witnesses: `check_under`.
        """
        return self.check_under(Policy(logs=list(verifiers), quorum=NONE)).event

    def check_under(self, policy: Policy) -> Proven:
        """The event, and which witnesses vouch for it; whether they suffice is in the answer.

        Refuses (ReceiptRefused) a receipt that doesn't hold.
        """
        try:
            opened = policy.opened(self.checkpoint)
            check_inclusion(
                index=self.seq,
                size=opened.checkpoint.size,
                leaf=leaf_hash(self.body),
                proof=self.proof,
                root=opened.checkpoint.root,
            )
            return Proven(Event.decode(self.body), opened)
        except (NoteRefused, ProofRefused, NotCanonical) as error:
            raise ReceiptRefused(str(error)) from error


def checked_bundle(bundle: Mapping[str, Any], *verifiers: Verifier) -> list[Event]:
    """The events that prove what the bundle says of its consent: ``what``, and its document.

    Refuses (BundleRefused) an empty bundle, entries about anything else, entries of which none
    says so, a document that is not the one granted, and a receipt that doesn't hold.
    """
    try:
        what, subject = PROOFS[bundle["what"]], f"consent:{bundle['consent']}"
        granted = Receipt.parse(bundle["granted"]).check(*verifiers)
        events = [Receipt.parse(text).check(*verifiers) for text in bundle["receipts"]]
        is_document = granted.payload.get("artefact_sha256") == bundle["artefact_sha256"]
    except (KeyError, TypeError, AttributeError) as error:
        raise BundleRefused(BundleFlaw.FORM, "This is not a bundle of receipts.") from error
    except ReceiptRefused as error:
        raise BundleRefused(BundleFlaw.RECEIPT, str(error)) from error
    if any(event.subject != subject for event in (granted, *events)):
        message = "An entry is about something else than this consent."
        raise BundleRefused(BundleFlaw.SUBJECT, message)
    if granted.kind != GRANTED or not is_document:
        message = "The consent was not granted by this document."
        raise BundleRefused(BundleFlaw.DOCUMENT, message)
    if any(event.kind not in what.kinds for event in events) or not any(map(what.says_so, events)):
        message = f"The entries don't say that the consent's end is: {bundle['what']}."
        raise BundleRefused(BundleFlaw.END, message)
    return events
