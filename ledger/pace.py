"""How many events go into one batch, and when the next one is due."""

from __future__ import annotations

from dataclasses import dataclass

CADENCE = 0.2
FEWEST = 100
MOST = 5_000
AIM = 0.15


@dataclass
class Pace:
    """The limit of the next batch, and the seconds to rest before it.

    As many events as the database takes in within ``AIM``. An event waits for the batch before its
    own, then for its own: batches that begin every ``CADENCE`` keep commit to checkpoint within
    half a second. A rest of that length after each batch would not, where batches are slow.
    """

    limit: int = 1_000
    most: int = MOST
    rest: float = CADENCE

    def note(self, *, taken: int, seconds: float) -> None:
        """A slow batch leaves what fits in the time; a full one has no rest, and grows if quick."""
        is_full = taken >= self.limit
        self.rest = 0.0 if is_full else max(CADENCE - seconds, 0.0)
        if seconds > 2 * AIM:
            # One hiccup must not make batches too small for the events that wait since.
            self.limit = max(int(taken * 2 * AIM / seconds), self._half())
        elif is_full and seconds < AIM:
            self.limit = min(self.limit * 2, self.most)

    def shrink(self) -> None:
        """Halve the limit: a batch was so slow that its connection was ended."""
        self.limit = self._half()

    def _half(self) -> int:
        return max(self.limit // 2, min(FEWEST, self.most))
