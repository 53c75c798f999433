"""One run at a time per data folder, and whether the last one stopped as it should."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.embedded.console import say
from portal.embedded.launch import StartFailed


class RunLock:
    """Held while the supervisor lives; the kernel lets go of it however that ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self.was_killed = False

    def __enter__(self) -> Self:
        """Refuses while another run holds the folder, and names its process."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = self._path.open("a+", encoding="ascii")
        except PermissionError as error:
            raise StartFailed(
                f"{error.filename} belongs to another user: was TaxBridge run as root before? "
                "Remove the folder var as that user, or name another: TAXBRIDGE_DATA_DIR=..."
            ) from error
        self._file.seek(0)
        other = self._file.read().strip()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise StartFailed(
                f"TaxBridge is already running from {self._path.parent} (process {other})."
            ) from error
        self.was_killed = bool(other)
        if self.was_killed:
            say(f"The last run (process {other}) was killed; recovering what it left.")
        self._write(str(os.getpid()))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write("")
        self._file.close()

    def _write(self, text: str) -> None:
        self._file.truncate(0)
        self._file.write(text)
        self._file.flush()
