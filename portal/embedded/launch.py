"""Start one program: own session, own environment, own log, and an end when its parent ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2]
INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
# A library that lets all programs live later than it is, and the file that says by how much.
LATER = ("LD_PRELOAD", "TAXBRIDGE_LATER")
Kind = Literal["module", "program", "not-root"]


class StartFailed(RuntimeError):
    """Something could not be started; the message says what and shows the end of its log."""


def plain_environment() -> dict[str, str]:
    """What every process may know of the person's own environment: no setting, no credential."""
    inherited = {name: os.environ[name] for name in (*INHERITED, *LATER) if name in os.environ}
    return {"LANG": "C.UTF-8", **inherited, "PYTHONUNBUFFERED": "1"}


def start(
    kind: Kind,
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    log: Path,
    text_in: str = "",
) -> subprocess.Popen[bytes]:
    """Start ``command`` in a session of its own; its output goes to ``log``, line by line."""
    tied = [sys.executable, "-m", "portal.embedded.child", str(os.getpid()), kind, *command]
    with log.open("ab") as output:
        process = subprocess.Popen(
            tied,
            cwd=ROOT,
            env={**plain_environment(), **environment},
            stdin=subprocess.PIPE if text_in else subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    if process.stdin:
        process.stdin.write(text_in.encode())
        process.stdin.close()
    return process


def stop(process: subprocess.Popen[bytes], *, by: signal.Signals, within: float) -> bool:
    """Ask the program to end, insist after ``within`` seconds; True when it ended by itself."""
    if process.poll() is not None:
        return True
    process.send_signal(by)
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True


def last_lines(log: Path, count: int = 12) -> str:
    """The end of a log file, for a message."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return "(no output)"
    return "\n".join(f"    {line}" for line in lines[-count:]) or "    (no output)"
