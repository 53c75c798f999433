"""`make run`: servers, preparation and all processes, in the foreground, under one supervisor.

Whatever ends the supervisor ends the rest: asked to stop (Ctrl-C, SIGTERM, SIGHUP) it stops
the processes by stage, then broker, then database; killed, the kernel kills its children and
theirs (`portal.embedded.child`).
"""

from __future__ import annotations

import http.client
import signal
import subprocess
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn
from urllib.parse import urlsplit

from portal.embedded import launch, ports, preparation
from portal.embedded.caller import Caller
from portal.embedded.console import LogWatch, announcement, say
from portal.embedded.installation import Installation
from portal.embedded.processes import Process, processes
from portal.embedded.run_lock import RunLock
from portal.embedded.servers import Servers, make_folders, plan_servers
from portal.embedded.watched import Watched, stop_all

READY_SECONDS = 60.0
PAUSE = 0.2
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopAsked(BaseException):
    """Somebody asked the supervisor to stop."""


class Supervisor:
    """Runs everything until asked to stop."""

    def __init__(self, folder: Path, *, base_port: int, caller: Caller | None = None) -> None:
        self._folder = folder
        self._base_port = base_port
        self._caller = caller
        self._running: list[tuple[int, Watched]] = []
        self._servers: list[Watched] = []
        self._interrupts = 0
        self._is_stopping = False

    def run(self) -> int:
        """Start, look after, stop; 0 after a stop that was asked for, 1 when starting failed."""
        for number in STOPPING:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self._on_signal)
        try:
            with RunLock(self._folder) as lock:
                return self._run(was_killed=lock.was_killed)
        except StopAsked:
            return 0
        except launch.StartFailed as failure:
            say(f"Can't start: {failure}")
            return 1

    def _run(self, *, was_killed: bool) -> int:
        try:
            self._start(was_killed=was_killed)
            self._look_after()
        except StopAsked:
            return 0
        except (launch.StartFailed, OSError) as failure:
            say(f"Can't start: {failure}")
            return 1
        finally:
            self._stop()

    def _start(self, *, was_killed: bool) -> None:
        began = time.monotonic()
        servers = plan_servers(self._folder, base_port=self._base_port, say=say)
        installation = servers.installation
        make_folders(installation)
        table = processes(base_port=self._base_port, scratch=installation.scratch)
        require_ports(self._ports_of(table), patience=10.0 if was_killed else 1.0)
        self._start_servers(servers)
        installation.note()
        preparation.prepare(installation, say=say, everything=servers.is_new)
        self._start_processes(table, installation)
        self._wait_until_ready(table, installation)
        say(f"Ready after {time.monotonic() - began:.1f} s.")
        print(announcement(installation), flush=True)

    def _start_servers(self, servers: Servers) -> None:
        for server in servers.started:
            say(f"Starting the {server.name} ...")
            self._servers.append(server)
            server.begin()

    def _start_processes(self, table: tuple[Process, ...], installation: Installation) -> None:
        say(f"Starting {', '.join(process.name for process in table)} ...")
        for process in table:
            watched = watch(process, installation)
            self._running.append((process.stage, watched))
            watched.begin()

    def _wait_until_ready(self, table: tuple[Process, ...], installation: Installation) -> None:
        waiting = {process.name: port for process, port in _servers_of(table, self._base_port)}
        end = time.monotonic() + READY_SECONDS
        while waiting and time.monotonic() < end:
            waiting = {
                name: port
                for name, port in waiting.items()
                if not is_serving(port, host=urlsplit(installation.address(name)).netloc)
            }
            self._look_after_once()
        for name in waiting:
            say(f"{name} does not answer yet; see {self._folder / 'log' / name}.log")

    def _look_after(self) -> NoReturn:
        errors = LogWatch(self._folder / "log")
        while True:
            self._look_after_once()
            errors.show_new_errors()

    def _look_after_once(self) -> None:
        for watched in (*self._servers, *(watched for _, watched in self._running)):
            watched.look_after()
        if self._caller is not None and self._caller.gave_up():
            raise StopAsked
        time.sleep(PAUSE)

    def _stop(self) -> None:
        """Stage by stage; a Ctrl-C while stopping ends the waiting.

        Only that: make passes a SIGTERM on, so that one often comes twice.
        """
        interrupts = self._interrupts
        self._is_stopping = True
        if self._running or self._servers:
            say("Stopping; running tasks are finished first (Ctrl-C again to stop at once).")
        stages = sorted({stage for stage, _ in self._running})
        groups = [[w for at, w in self._running if at == stage] for stage in stages]
        for group in (*groups, *([server] for server in reversed(self._servers))):
            for name in stop_all(group, is_hurried=lambda: self._interrupts > interrupts):
                say(f"{name} did not stop in time and was killed.")
        if self._running or self._servers:
            say("Stopped.")
        self._running, self._servers = [], []

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._interrupts += number == signal.SIGINT
        if not self._is_stopping:
            self._is_stopping = True
            raise StopAsked

    def _ports_of(self, table: tuple[Process, ...]) -> list[int]:
        return sorted(port for _, port in _servers_of(table, self._base_port))


def _servers_of(table: tuple[Process, ...], base_port: int) -> list[tuple[Process, int]]:
    return [
        (process, base_port + process.port_offset)
        for process in table
        if process.port_offset is not None
    ]


def require_ports(wanted: list[int], *, patience: float) -> None:
    """Refuses to start on a port that somebody else holds, and names who."""
    taken = ports.wait_until_free(wanted, seconds=patience)
    if taken:
        held = "; ".join(f"port {port} is taken by {ports.holder_of(port)}" for port in taken)
        raise launch.StartFailed(
            f"{held}. End it, or choose other ports: TAXBRIDGE_PORT=8100 make run"
        )


def watch(process: Process, installation: Installation) -> Watched:
    """The process as the supervisor keeps it: with its own environment and log."""
    log = installation.logs / f"{process.name}.log"

    def start() -> subprocess.Popen[bytes]:
        return launch.start(
            "module",
            [process.module, *process.arguments],
            environment=installation.environment_for(process),
            log=log,
        )

    return Watched(
        process.name,
        log,
        start,
        say,
        stop_signal=process.stop_signal,
        stop_seconds=process.stop_seconds,
    )


def is_serving(port: int, *, host: str) -> bool:
    """True when the server there answers a request to ``host``, be it with a refusal."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/", headers={"Host": host})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True
