"""A tax authority of the tests' own: its database, keys, commands and HTTP process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from joserfc.jwk import KeySet

from portal.config.keys import make_keys
from portal.config.provisioning import provision_separate
from portal.core.wire import SigningKey, load_public_keys, load_signing_key

ROOT = Path(__file__).resolve().parents[2]
RETURN_TO = "http://sign.localhost:8001/connect/return/"
START_SECONDS = 30


@dataclass
class Authority:
    """Everything a test needs to know about the one it talks to."""

    folder: Path
    database_url: str
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "portal.sandbox.taxauthority.settings",
            "DATABASE_URL_TAX_AUTHORITY": self.database_url,
            "TAXBRIDGE_SECRET_KEY": "tests of the authority",
            "TAXBRIDGE_DATA_DIR": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
        }

    def key(self, name: str) -> SigningKey:
        return load_signing_key(self.folder / "keys" / name)

    def public_keys(self, name: str) -> KeySet:
        return load_public_keys(self.folder / "keys" / "public" / name)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Begin a management command."""
        return subprocess.Popen(
            [sys.executable, "-m", "django", *map(str, arguments)],
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object, fails: bool = False) -> str:
        """Run a management command to its end; what it said, errors last."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=180)
        assert bool(process.returncode) == fails, out + err
        return out + err

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Look into the authority's database, or change it, with its own log-in."""
        with psycopg.connect(self.database_url) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def signatory(self, uscc: str) -> str:
        """The id of somebody who may sign for a firm, or of nobody."""
        found = self.rows(
            "SELECT m.person_id FROM taxauthority_mandate m JOIN taxauthority_firm f"
            " ON f.id = m.firm_id WHERE f.uscc = %s ORDER BY m.role DESC, m.id LIMIT 1",
            [uscc],
        )
        return str(found[0][0]) if found else str(uuid.uuid4())

    def serve(self) -> None:
        """Start the HTTP process on a free port and wait until it answers."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with (self.folder / "http.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "portal.sandbox.taxauthority.wsgi"),
                    *("--bind", f"127.0.0.1:{self.port}", "--no-control-socket"),
                    *("--worker-class", "gthread", "--threads", "4"),
                ],
                env=self.environment,
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=5).close()
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError((self.folder / "http.log").read_text(encoding="utf-8"))

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        if self.process is not None:
            for child in _children(self.process.pid):
                os.kill(child, 9)
            self.process.kill()
            self.process.wait()
            self.process = None


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in listed.split()]


def made_authority(folder: Path, *, name: str) -> Authority:
    """A database and log-in called ``name``, migrated, and a full set of keys."""
    admin_url = os.environ["DATABASE_URL_ADMIN"]
    server = admin_url.rpartition("@")[2].partition("/")[0]
    authority = Authority(folder, f"postgresql://{name}:password-of-tests@{server}/{name}")
    provision_separate(admin_url=admin_url, url=authority.database_url)
    for _ in make_keys(folder / "keys"):
        pass
    authority.run("migrate", "--verbosity=0")
    return authority


def dropped(authority: Authority) -> None:
    """Take the database away again; the log-in stays with the cluster."""
    authority.kill()
    name = authority.database_url.rpartition("/")[2]
    with psycopg.connect(os.environ["DATABASE_URL_ADMIN"], autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
