"""What the supervisor says: one line each, and the errors that appear in the processes' logs."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

from portal.embedded.installation import Installation
from portal.embedded.preparation import AUTHORITY_PASSWORD
from portal.embedded.processes import WITNESS_PORTS

_ERROR = re.compile(rb"\b(ERROR|CRITICAL|FATAL|PANIC|Traceback)\b")
LINES_AT_ONCE = 3
AUTHORITY_LINES = 5


def say(text: str) -> None:
    """A line for the person at the console, with the time."""
    print(f"{time.strftime('%H:%M:%S')}  {text}", flush=True)


class LogWatch:
    """Repeats the error lines of the log files on the console, the first few of each burst."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[Path, int] = {}

    def show_new_errors(self) -> None:
        """Say the errors written since the last call."""
        for log in sorted(self._folder.glob("*.log")):
            start = self._seen.get(log, 0)
            size = log.stat().st_size
            if size > start:
                with log.open("rb") as file:
                    file.seek(start)
                    self._show(log.stem, file.read(size - start))
            self._seen[log] = size

    def _show(self, name: str, text: bytes) -> None:
        errors = [line for line in text.splitlines() if _ERROR.search(line)]
        for line in errors[:LINES_AT_ONCE]:
            say(f"{name}: {line.decode(errors='replace')[:300]}")
        if len(errors) > LINES_AT_ONCE:
            say(f"{name}: and {len(errors) - LINES_AT_ONCE} more such lines in its log")


def announcement(installation: Installation) -> str:
    """Addresses, demonstration sign-ins and how to get each one's code."""
    lines = [
        "",
        f"  Portal         {installation.address('web')}",
        f"  Signer         {installation.address('signer')}",
        f"  Tax authority  {installation.address('authority')}  (a stand-in)",
        f"  e-CNY operator {installation.address('ecny')}  (a stand-in: no real money)",
        f"  Bank clearing  {installation.address('clearing')}  (a stand-in: no real money)",
        *(f"  Witness        {installation.witness_url(name)}  ({name})" for name in WITNESS_PORTS),
        "",
        *_sign_ins(installation.demonstration),
        *_authority_sign_ins(installation.folder / "authority-accounts.txt"),
        f"  Data, keys, logs and mail are in {installation.folder}. Stop with Ctrl-C.",
        "",
    ]
    return "\n".join(lines)


def _sign_ins(path: Path) -> list[str]:
    """The seed's people; nothing when there is no seed."""
    try:
        people = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    lines = ["  Demonstration sign-ins:"]
    for person in people:
        lines.append(f"    {person['who']}: {person['email']}  password {person['password']}")
        lines.append(f"      code: {person['code_hint']}")
    return [*lines, ""]


def _authority_sign_ins(path: Path) -> list[str]:
    """The first of the stand-in's people; the file names them all."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [
        f"  Tax authority sign-ins, password {AUTHORITY_PASSWORD} (all of them: {path}):",
        *(f"    {line}" for line in lines[:AUTHORITY_LINES]),
        "",
    ]
