"""Start `python -m portal.embedded` as a person would, in a folder and on ports of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import psutil

from portal.embedded import launch, ports
from portal.embedded.processes import processes

START_SECONDS = 150.0
SERVERS = sum(one.is_server for one in processes(base_port=0, scratch=Path()))
ROWS_OF_PORTS = range(10_000, 15_000 - SERVERS, SERVERS)


@dataclass
class WholeSystem:
    """One run of the supervisor and what it said."""

    process: subprocess.Popen[bytes]
    folder: Path
    console: Path
    base_port: int

    def said(self) -> str:
        """The console so far."""
        return self.console.read_text(encoding="utf-8")

    def wait_until_ready(self) -> None:
        """Fails with what it said, if it ends first or takes too long."""
        end = time.monotonic() + START_SECONDS
        while "Stop with Ctrl-C" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)

    def descendants(self) -> dict[str, psutil.Process]:
        """All processes below the supervisor by process number and words."""
        found = {}
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # a dead one not yet buried counts as gone
                found[f"{process.pid} {' '.join(process.cmdline())}"] = process
        return found


def start(
    folder: Path,
    *,
    base_port: int | None = None,
    console: str = "run.console",
    given: Mapping[str, str] = MappingProxyType({}),
) -> WholeSystem:
    """Start it with nothing of this test session in its environment."""
    base_port = base_port or free_ports()
    written = folder.with_name(console)
    environment = {
        **launch.plain_environment(),
        "TAXBRIDGE_DATA_DIR": str(folder),
        "TAXBRIDGE_PORT": str(base_port),
        **given,
    }
    with written.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.embedded"],
            cwd=launch.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return WholeSystem(process, folder, written, base_port)


def free_ports() -> int:
    """The first of as many free ports in a row as there are servers.

    From a range of their own: the servers of other tests, which start beside these one at a
    time, would now and then take a port between this look and the last server's start.
    """
    while True:
        first = secrets.choice(ROWS_OF_PORTS)
        if all(ports.is_free(first + more) for more in range(SERVERS)):
            return first


def still_there(processes: dict[str, psutil.Process], *, within: float) -> list[str]:
    """Those that have not ended after so many seconds."""
    _, alive = psutil.wait_procs(list(processes.values()), timeout=within)
    return [words for words, process in processes.items() if process in alive]


def holding(folder: Path) -> list[str]:
    """Processes of this machine that were started for a data folder, by their own environment."""
    found = []
    for process in psutil.process_iter():
        try:
            told = process.environ()
            words = process.cmdline()
        except (psutil.Error, OSError):
            continue
        if told.get("TAXBRIDGE_DATA_DIR") == str(folder) or str(folder) in " ".join(words):
            found.append(f"{process.pid} {' '.join(words)}")
    return [line for line in found if not line.startswith(f"{os.getpid()} ")]
