"""The keys that sign checkpoints now: one, and during a change the one that comes after it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db.backends.utils import CursorWrapper

from ledger.format.event import Event
from ledger.format.note_keys import Signer
from ledger.kinds import EventKind

NEXT = "next.pem"
# Shared by whoever signs, from reading the keys to its commit; whoever swaps them has it alone.
KEYS_LOCK = 7_202_611_220_002

_ANNOUNCED = """
SELECT body FROM ledger.entry WHERE ledger.kind_of(body) = %s
ORDER BY ledger.at_of(body) COLLATE "C" DESC, seq DESC LIMIT 1
"""


@dataclass(frozen=True)
class KeyFiles:
    """Reads the files anew for each checkpoint, so that a change of keys needs no restart."""

    origin: str
    path: Path

    def __call__(self, cursor: CursorWrapper) -> tuple[Signer, ...]:
        """The signing key and, once an entry has announced it, the next one beside it.

        Refuses (`NoteRefused`, `OSError`) a file that is no key. Until the transaction ends, no
        key takes another's place.
        """
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [KEYS_LOCK])
        signer = self._signer(self.path)
        path = self.path.with_name(NEXT)
        if not path.exists():
            return (signer,)
        coming = self._signer(path)
        return (signer, coming) if _is_announced(cursor, coming) else (signer,)

    def _signer(self, path: Path) -> Signer:
        return Signer.from_pem(self.origin, path.read_bytes())


def _is_announced(cursor: CursorWrapper, coming: Signer) -> bool:
    cursor.execute(_ANNOUNCED, [EventKind.LEDGER_KEY_ANNOUNCED])
    row = cursor.fetchone()
    if row is None:
        return False
    announced = Event.decode(bytes(row[0])).payload["public_key"]
    return announced == coming.verifier.key.public_bytes_raw().hex()
