"""One checkpoint before one witness: proof, answer, and what is wrong with either."""

from __future__ import annotations

import time
from http import HTTPStatus

from ledger.format.note_keys import NoteRefused
from ledger.format.notes import add_lines
from ledger.format.policy import Witness
from ledger.witnessing.asking import SECONDS, Line, Reply, size_in
from ledger.witnessing.book import Cosignature, Head, last_size, newest_head
from ledger.witnessing.problems import NotCosigned, Problem
from ledger.witnessing.proving import Proofs

# A witness's clock may be off by so much.
CLOCK_SECONDS = 300
LONGEST_LINE = 1000
TRIES = 3


class Asker:
    """Keeps the connection to one witness."""

    def __init__(
        self, witness: Witness, proofs: Proofs, *, using: str, seconds: float = SECONDS
    ) -> None:
        self.witness = witness
        self._proofs = proofs
        self._using = using
        self._line = Line(witness.url, seconds=seconds)

    def cosignature(self, head: Head) -> Cosignature | None:
        """The witness's checked line for a checkpoint; None if it has cosigned a later one.

        Refuses (`NotCosigned`) with what is wrong: with the witness, the way to it, or us.
        """
        size = min(last_size(self.witness.name, using=self._using), head.size)
        for _ in range(TRIES):
            reply = self._submit(size, head)
            if reply.status != HTTPStatus.CONFLICT:
                return self._checked(head, reply)
            # Another gatherer was quicker, or the state is older than the witness's memory.
            said = size_in(reply)
            if said is None:
                break
            if said > head.size:
                self._require_known(said)
                return None
            size = said
        raise NotCosigned(Problem.REFUSED, "It names another size each time.")

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    def _submit(self, old_size: int, head: Head) -> Reply:
        proof = self._proofs.to(head, since=old_size)
        return self._line.add_checkpoint(old_size=old_size, proof=proof, note=head.note)

    def _require_known(self, size: int) -> None:
        """Refuses when the witness has seen more than was ever signed here."""
        newest = newest_head(self._using)
        if newest is None or size > newest.size:
            raise NotCosigned(Problem.LARGER, f"It has seen {size} entries.", size=size)

    def _checked(self, head: Head, reply: Reply) -> Cosignature:
        if reply.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise NotCosigned(Problem.FORKED, f"It remembers another history: {reply.text[:200]}")
        if reply.status != HTTPStatus.OK:
            raise NotCosigned(Problem.REFUSED, f"{reply.status}: {reply.text[:200]}")
        for line in reply.text.split("\n")[:-1]:
            at = self._time_of(head, f"{line}\n")
            if at is not None:
                return Cosignature(f"{line}\n", at)
        raise NotCosigned(Problem.WRONG_LINE, "There is no line of its key.")

    def _time_of(self, head: Head, line: str) -> int | None:
        """The time in a line of the witness's key; None for another party's line."""
        try:
            at = self.witness.cosigner.time_of(add_lines(head.note, [line]))
        except NoteRefused as error:
            raise NotCosigned(Problem.WRONG_LINE, str(error)) from error
        if at is not None and len(line) > LONGEST_LINE:
            raise NotCosigned(Problem.WRONG_LINE, "The line is too long.")
        if at is not None and abs(at - time.time()) > CLOCK_SECONDS:
            raise NotCosigned(Problem.WRONG_TIME, f"It says the time is {at}.")
        return at
