"""How many events go into one batch: as many as the database takes in within the time aimed at."""

from __future__ import annotations

from dataclasses import dataclass

FEWEST = 100
MOST = 5_000
AIM = 0.15


@dataclass
class Pace:
    """The limit of the next batch.

    An event waits for the batch before its own, then for its own: with the cadence between them,
    batches of twice ``AIM`` keep commit to checkpoint within half a second.
    """

    limit: int = 1_000
    most: int = MOST

    def note(self, *, taken: int, seconds: float) -> None:
        """Shrink after a slow batch; grow after a full one that was quick."""
        if seconds > 2 * AIM:
            self.shrink()
        elif taken >= self.limit and seconds < AIM:
            self.limit = min(self.limit * 2, self.most)

    def shrink(self) -> None:
        """Halve the limit: a batch was slow, or so slow that its connection was ended."""
        self.limit = max(self.limit // 2, min(FEWEST, self.most))
