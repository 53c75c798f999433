"""The steps of checking a receipt, in words, with what each found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ledger.format.receipt import BundleFlaw
from portal.consents.receipt_terms import ReceiptFlaw
from portal.oversight.receipt_check import Examination, Stage
from portal.web import formats
from portal.web.witness_names import witness_name

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

HOLDS: Mapping[Stage, StrPromise] = {
    Stage.READ: gettext_lazy("The file is a receipt, written as it should be."),
    Stage.EVENT: gettext_lazy("Its entry is written as events of this ledger are, to the letter."),
    Stage.PATH: gettext_lazy("The entry's hash leads, with the other hashes, to the signed root."),
    Stage.LOG: gettext_lazy("The ledger's key signed that root."),
    Stage.WITNESSES: gettext_lazy("Every witness line in it that is known here is genuine."),
}
FAILS: Mapping[Stage, StrPromise] = {
    Stage.READ: gettext_lazy("The file is not a receipt, or it was changed."),
    Stage.EVENT: gettext_lazy(
        "Its entry is not written as events of this ledger are: it was changed."
    ),
    Stage.PATH: gettext_lazy(
        "The entry's hash does not lead to the signed root: the entry or a hash was changed."
    ),
    Stage.LOG: gettext_lazy("The root is not signed by the ledger's key."),
    Stage.WITNESSES: gettext_lazy("A witness line in it is not genuine."),
}
_BUNDLE_FLAWS: Mapping[BundleFlaw, StrPromise] = {
    BundleFlaw.FORM: gettext_lazy("It is no bundle of receipts about the end of a consent."),
    BundleFlaw.SUBJECT: gettext_lazy("One of the entries is about something else."),
    BundleFlaw.DOCUMENT: gettext_lazy(
        "The consent was not granted by the document that the file names."
    ),
    BundleFlaw.END: gettext_lazy("None of the entries says so."),
    BundleFlaw.RECEIPT: gettext_lazy("One of the receipts does not hold."),
}
# Apart, because members of both that are spelled alike would be one key.
_RECEIPT_FLAWS: Mapping[ReceiptFlaw, StrPromise] = {
    ReceiptFlaw.SIGNATURE: gettext_lazy(
        "The portal's signature does not hold: the text was changed, or is not this portal's."
    ),
    ReceiptFlaw.NO_KEY: gettext_lazy(
        "This portal has no key of consent receipts to check the signature with, until its "
        "operator makes one."
    ),
    ReceiptFlaw.FORM: gettext_lazy("The portal signed it, but it is no consent receipt."),
    ReceiptFlaw.SUBJECT: gettext_lazy("One of the entries is about something else."),
    ReceiptFlaw.EVENTS: gettext_lazy("What it says happened is not what its entries say."),
    ReceiptFlaw.TERMS: gettext_lazy(
        "The terms that it states are not those that the ledger has of this consent."
    ),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step: ``state`` is "holds", "fails" or "left" (not reached)."""

    stage: Stage
    state: str
    text: str
    found: str = ""
    code: str = ""


def flaw_words(flaw: BundleFlaw | ReceiptFlaw | None) -> str:
    """Why the parts of a file don't show together what it says; "" where they do."""
    match flaw:
        case None:
            return ""
        case ReceiptFlaw():
            return str(_RECEIPT_FLAWS[flaw])
        case BundleFlaw():
            return str(_BUNDLE_FLAWS[flaw])


def steps_of(examination: Examination) -> Iterator[Step]:
    """Every step in order; those after a failed one are left."""
    for stage in Stage:
        if examination.has_passed(stage):
            found, code = _found(examination, stage)
            yield Step(stage, "holds", str(HOLDS[stage]), found, code)
        elif stage is examination.failed:
            yield Step(stage, "fails", str(FAILS[stage]), "", examination.reason)
        else:
            yield Step(stage, "left", str(HOLDS[stage]))


def _found(examination: Examination, stage: Stage) -> tuple[str, str]:
    """What a step that holds found: in words, and in figures."""
    receipt, checkpoint = examination.receipt, examination.checkpoint
    if receipt is None or checkpoint is None:
        return "", ""
    match stage:
        case Stage.READ:
            text = _("Entry %(seq)s, %(hashes)s other hashes, a signed state of %(size)s entries.")
            hashes = len(receipt.proof)
            return text % {"seq": receipt.seq, "hashes": hashes, "size": checkpoint.size}, ""
        case Stage.EVENT:
            return _("SHA-256 of the entry:"), formats.grouped_hash(examination.leaf)
        case Stage.PATH:
            return _("Root:"), formats.grouped_hash(checkpoint.root)
        case Stage.LOG:
            return checkpoint.origin, ""
        case Stage.WITNESSES:
            return _witnesses(examination), ""


def _witnesses(examination: Examination) -> str:
    if not examination.times:
        return _("No witness line that is known here.")
    return pgettext("list", ", ").join(
        _("%(witness)s on %(time)s")
        % {"witness": witness_name(name), "time": formats.time_text(at, seconds=True)}
        for name, at in sorted(examination.times.items(), key=lambda one: one[1])
    )
