"""One process under the supervisor: started, started again when it dies, stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from portal.embedded import launch

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_AFTER = 20.0  # seconds of life after which a death counts as the first one again
LOOP_AFTER = 4


@dataclass
class Watched:
    """``start`` begins the process; who calls `look_after` often keeps it going."""

    name: str
    log: Path
    start: Callable[[], subprocess.Popen[bytes]]
    say: Callable[[str], None]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    began: float = 0.0
    due: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Start it now."""
        self.process = self.start()
        self.began = time.monotonic()

    def is_running(self) -> bool:
        """True while the process lives."""
        return self.process is not None and self.process.poll() is None

    def look_after(self) -> None:
        """Start it again, after a pause that grows with each death in a row; say so."""
        if self.is_running():
            return
        if self.process is not None:
            self._note_death(self.process.returncode)
            self.process = None
        if time.monotonic() >= self.due:
            try:
                self.begin()
            except launch.StartFailed as failure:
                self.say(str(failure))
                self._note_death(1)

    def ask_to_stop(self) -> None:
        """Send the signal that lets it finish what it is doing."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def kill(self) -> None:
        """End it and all of its session at once."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _note_death(self, code: int) -> None:
        lived = time.monotonic() - self.began
        self.deaths = 1 if lived > STEADY_AFTER else self.deaths + 1
        pause = min(FIRST_PAUSE * 2 ** (self.deaths - 1), LONGEST_PAUSE)
        self.due = time.monotonic() + pause
        self.say(f"{self.name} ended ({_reason(code)}); starting it again in {pause:.0f} s.")
        if self.deaths == LOOP_AFTER:
            lines = launch.last_lines(self.log)
            self.say(f"{self.name} keeps failing. The end of {self.log}:\n{lines}")


def stop_all(group: list[Watched], *, is_hurried: Callable[[], bool]) -> list[str]:
    """Stop a group together; the names of those that had to be killed."""
    for watched in group:
        watched.ask_to_stop()
    asked = time.monotonic()
    killed = []
    while left := [watched for watched in group if watched.is_running()]:
        for watched in left:
            if is_hurried() or time.monotonic() - asked > watched.stop_seconds:
                killed.append(watched.name)
                watched.kill()
        time.sleep(0.05)
    return killed


def _reason(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
