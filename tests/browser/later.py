"""A whole system whose time goes forward when a test says so."""

from __future__ import annotations

import shutil
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.embedded import whole_system

SOURCE = Path(whole_system.__file__).with_name("later.c")
DAY = 86_400
NO_COMPILER = (
    "No C compiler found. Install one (Debian, Ubuntu: apt-get install gcc libc6-dev); "
    "then the journey through a year runs."
)


@dataclass(frozen=True, slots=True)
class Later:
    """How much later it is for every program that was started with `environment`."""

    library: Path
    file: Path

    @classmethod
    def made_in(cls, folder: Path) -> Later:
        """Skips, saying what is missing, where nothing can be compiled."""
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None:
            pytest.skip(NO_COMPILER)
        later = cls(folder / "later.so", folder / "later")
        command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(later.library), str(SOURCE)]
        subprocess.run([*command, "-ldl"], check=True)
        later.file.write_bytes(struct.pack("q", 0))
        return later

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "TAXBRIDGE_LATER": str(self.file)}

    def now(self) -> float:
        """Seconds since 1970, as those programs have it."""
        (added,) = struct.unpack("q", self.file.read_bytes())
        return time.time() + float(added)

    def go_on(self, *, days: int = 0, seconds: int = 0) -> None:
        """All of them at the same instant: they have the file in memory."""
        (added,) = struct.unpack("q", self.file.read_bytes())
        with self.file.open("r+b") as file:
            file.write(struct.pack("q", added + days * DAY + seconds))
