"""A throw-away PostgreSQL with the real roles and tables, durable, its disk slowed on request."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from portal.embedded import ports, postgres
from portal.embedded.credentials import LOGINS

ROOT = Path(__file__).resolve().parents[1]
STEPS = (("provision_roles",), ("migrate", "--verbosity=0", "--skip-checks"), ("grant_rights",))


@contextmanager
def scratch_database(*, flush_ms: int) -> Iterator[dict[str, str]]:
    """The environment of a process on a fresh database; every flush takes ``flush_ms`` longer.

    PostgreSQL waits ``commit_delay`` before each flush and then flushes for all who wait, as with
    a disk that needs this long.
    """
    with tempfile.TemporaryDirectory() as folder:
        # The programs may run as another user, who has to be let through.
        Path(folder).chmod(0o711)
        cluster = postgres.Postgres(Path(folder) / "pg", ports.free_port(), secrets.token_hex(16))
        server = cluster.start()
        try:
            environment = {**os.environ, **settings_for(cluster, folder)}
            for step in STEPS:
                run_manage(environment, *step, role="owner")
            slow_flushes(cluster.admin_url, flush_ms)
            yield environment
        finally:
            postgres.stop(server)


def settings_for(cluster: postgres.Postgres, folder: str) -> dict[str, str]:
    """All log-ins of the scratch server, with passwords of this run."""
    urls = {
        f"DATABASE_URL_{login.upper()}": cluster.url_for(
            f"taxbridge_{login}", secrets.token_hex(16), "bench"
        )
        for login in LOGINS
    }
    return {
        **urls,
        "DATABASE_URL_ADMIN": cluster.admin_url,
        "DJANGO_SETTINGS_MODULE": "portal.config.settings.dev",
        "TAXBRIDGE_ROLE_PREFIX": "taxbridge_",
        "TAXBRIDGE_SECRET_KEY": secrets.token_hex(32),
        "TAXBRIDGE_DATA_DIR": folder,
        "TAXBRIDGE_KEYS_DIR": f"{folder}/keys",
    }


def run_manage(environment: dict[str, str], *arguments: str, role: str) -> str:
    """What one management command printed, run as ``role``; stops the bench if it fails."""
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**environment, "TAXBRIDGE_ROLE": role},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return result.stdout


def slow_flushes(admin_url: str, flush_ms: int) -> None:
    """Set the delay for everybody."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"ALTER SYSTEM SET commit_delay = {flush_ms * 1000:d}")
        admin.execute("ALTER SYSTEM SET commit_siblings = 0")
        admin.execute("SELECT pg_reload_conf()")
