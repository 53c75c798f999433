"""The one decision of a witness: cosign a checkpoint, or say which rule forbids it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from ledger.format.cosignatures import CosigningKey
from ledger.format.merkle import EMPTY_ROOT, ProofRefused, check_consistency
from ledger.format.note_keys import ID_LENGTH, Verifier
from ledger.format.notes import Checkpoint, add_lines, open_note, signature_line, signatures
from portal.sandbox.witness.memory import Latest, Memory
from portal.sandbox.witness.submission import AnotherSize, Refused, Submission, malformed


def cosign(
    submission: Submission,
    *,
    key: CosigningKey,
    logs: Sequence[Verifier],
    memory: Memory,
    now: int,
) -> str:
    """The cosignature line, once the checkpoint is remembered on disk.

    Refuses with 404 an unknown log, 403 a note without a good signature of it, 400 an impossible
    size, 409 a proof from another size than the last one, and 422 a tree that is not the last
    one continued. Times never go back, whatever the clock does.
    """
    checkpoint, text, lines = _opened(submission.note, logs)
    if submission.old_size > checkpoint.size:
        raise malformed("The old size is above the new one.")
    with memory.changing() as book:
        latest = book.latest(checkpoint.origin)
        _require_continued(latest, submission, checkpoint)
        at = max(now, latest.cosigned_at if latest else 0)
        line = key.line(text, at=at)
        note = add_lines(f"{text}\n", [*lines, line])
        book.keep(Latest(checkpoint.origin, checkpoint.size, checkpoint.root, at, note))
    return line


def _opened(note: str, logs: Sequence[Verifier]) -> tuple[Checkpoint, str, list[str]]:
    """The log's checkpoint, its text, and those of its lines that known keys of the log made."""
    try:
        text, lines = signatures(note)
        checkpoint = Checkpoint.parse(text)
    except ValueError as error:
        raise malformed(str(error)) from error
    keys = [log for log in logs if log.name == checkpoint.origin]
    if not keys:
        raise Refused(HTTPStatus.NOT_FOUND, "This log is not known here.")
    try:
        open_note(note, *keys)
    except ValueError as error:
        raise Refused(HTTPStatus.FORBIDDEN, str(error)) from error
    known = {(log.name, log.key_id) for log in keys}
    own = [
        signature_line(name, signature)
        for name, signature in lines
        if (name, signature[:ID_LENGTH]) in known
    ]
    return checkpoint, text, own


def _require_continued(
    latest: Latest | None, submission: Submission, checkpoint: Checkpoint
) -> None:
    size, root = (latest.size, latest.root) if latest else (0, EMPTY_ROOT)
    if submission.old_size != size:
        raise AnotherSize(size)
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise _inconsistent("An empty log has another root.")
    if size == 0 or checkpoint.size == 0:
        if submission.proof:
            raise _inconsistent("From an empty log no proof is expected.")
        return
    try:
        check_consistency(
            old_size=size,
            old_root=root,
            new_size=checkpoint.size,
            new_root=checkpoint.root,
            proof=submission.proof,
        )
    except ProofRefused as error:
        raise _inconsistent(str(error)) from error


def _inconsistent(message: str) -> Refused:
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, message)
