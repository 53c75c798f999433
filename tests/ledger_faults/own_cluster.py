"""A PostgreSQL of the test's own, durable, which may be ended at any instant."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import asdict, replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from portal.embedded import launch, ports, postgres, testservers
from tests.template_database import TEMPLATE


class OwnCluster:
    """A copy of the session's server; its ledger is the template's, which is empty."""

    def __init__(self, folder: Path) -> None:
        folder.chmod(0o711)
        plan = testservers.settle()
        backup = [str(postgres.programs() / "pg_basebackup"), "-d", plan.admin_url]
        options = ["-D", str(folder / "data"), "-X", "fetch", "-c", "fast", "--no-sync"]
        subprocess.run([*backup, *options], check=True, env=launch.plain_environment())
        password = urlsplit(plan.admin_url).password or ""
        self._server = postgres.Postgres(folder, ports.free_port(), password)
        self._plan = replace(plan, admin_url=self._server.admin_url)
        self._process = self._server.start()

    def environment(self) -> dict[str, str]:
        """What leads a process there that has the tests' settings."""
        return {
            "TAXBRIDGE_TEST_SERVERS": json.dumps(asdict(self._plan)),
            testservers.DATABASE_NAMED: TEMPLATE,
        }

    def connect(self) -> psycopg.Connection:
        url = self._server.url_for(postgres.SUPERUSER, self._server.password, TEMPLATE)
        return psycopg.connect(url, autocommit=True)

    def crash(self) -> None:
        """An immediate shutdown: no connection is asked, nothing is written out."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait()
        self._process = self._server.start()

    def stop(self) -> None:
        postgres.stop(self._process)
