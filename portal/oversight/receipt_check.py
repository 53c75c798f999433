"""A receipt looked at step by step, so that a page can say which step failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ledger.format.canonical import NotCanonical
from ledger.format.event import Event
from ledger.format.merkle import ProofRefused, check_inclusion, leaf_hash
from ledger.format.note_keys import NoteRefused
from ledger.format.notes import Checkpoint, open_note, signatures
from ledger.format.policy import Policy
from ledger.format.receipt import Receipt, ReceiptRefused

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Stage(StrEnum):
    """The steps, in their order."""

    READ = "read"
    EVENT = "event"
    PATH = "path"
    LOG = "log"
    WITNESSES = "witnesses"


class Verdict(StrEnum):
    """What a receipt is worth; only the first counts as proven."""

    WITNESSED = "witnessed"
    SIGNED = "signed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Examination:
    """How far a receipt holds: the stage that failed and why (None: it holds throughout)."""

    text: str
    failed: Stage | None = None
    reason: str = ""
    receipt: Receipt | None = None
    event: Event | None = None
    leaf: bytes = b""
    checkpoint: Checkpoint | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)
    is_met: bool = False

    @property
    def verdict(self) -> Verdict:
        """Witnessed only where the policy asks for witnesses and enough of them cosigned."""
        if self.failed is not None:
            return Verdict.REFUSED
        return Verdict.WITNESSED if self.is_met else Verdict.SIGNED

    @property
    def holds(self) -> bool:
        """Whether no step failed."""
        return self.failed is None

    def has_passed(self, stage: Stage) -> bool:
        """Whether this step was reached and holds."""
        stages = list(Stage)
        return self.failed is None or stages.index(stage) < stages.index(self.failed)

    def failing(self, stage: Stage, reason: object) -> Examination:
        """The same, stopped at a stage."""
        return replace(self, failed=stage, reason=str(reason))


def examine(text: str, policy: Policy) -> Examination:
    """Look at a receipt under a policy; never raises for what is wrong with the receipt."""
    found = Examination(text)
    try:
        receipt = Receipt.parse(text)
        note_text, _lines = signatures(receipt.checkpoint)
        checkpoint = Checkpoint.parse(note_text)
    except (ReceiptRefused, NoteRefused) as error:
        return found.failing(Stage.READ, error)
    found = replace(found, receipt=receipt, checkpoint=checkpoint, leaf=leaf_hash(receipt.body))
    try:
        found = replace(found, event=Event.decode(receipt.body))
    except NotCanonical as error:
        return found.failing(Stage.EVENT, error)
    return _vouched(found, receipt, checkpoint, policy)


def _vouched(
    found: Examination, receipt: Receipt, checkpoint: Checkpoint, policy: Policy
) -> Examination:
    try:
        check_inclusion(
            index=receipt.seq,
            size=checkpoint.size,
            leaf=found.leaf,
            proof=receipt.proof,
            root=checkpoint.root,
        )
    except ProofRefused as error:
        return found.failing(Stage.PATH, error)
    try:
        open_note(receipt.checkpoint, *policy.logs)
        if checkpoint.origin not in {log.name for log in policy.logs}:
            return found.failing(Stage.LOG, f"{checkpoint.origin} is another log.")
    except NoteRefused as error:
        return found.failing(Stage.LOG, error)
    try:
        opened = policy.opened(receipt.checkpoint)
        times = {name: _EPOCH + timedelta(seconds=at) for name, at in opened.times.items()}
    except (NoteRefused, OverflowError) as error:  # beyond the calendar
        return found.failing(Stage.WITNESSES, error)
    is_met = policy.needs_witnesses and opened.is_witnessed
    return replace(found, times=times, is_met=is_met)
