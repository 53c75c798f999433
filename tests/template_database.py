"""One migrated database per session, cloned for each test worker.

Made the way production is: the administrator provisions roles, the owner migrates, rights are
granted from the table. The tests then log in as the processes do.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from psycopg import sql

from portal.config.provisioning import connect, open_database
from portal.embedded import fingerprint, launch, testservers

TEMPLATE = f"{testservers.PREFIX}template"
STEPS = (
    ("provision_roles",),
    ("migrate", "--verbosity=0", "--skip-checks"),
    ("grant_rights",),
    ("ship_models",),
)


class TemplateFailed(RuntimeError):
    """A step of making the template failed; the message holds its output."""


def clone_for_worker(plan: testservers.Plan, database: str) -> None:
    """Give this worker a fresh copy of the template, which the first worker makes."""
    folder = Path(plan.folder)
    with (folder / "template-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _require_template(plan, folder)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
    clone = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
        sql.Identifier(database), sql.Identifier(TEMPLATE)
    )
    with connect(plan.admin_url) as admin:
        admin.execute(drop)
        admin.execute(clone)
    open_database(admin_url=plan.admin_url, name=database, prefix=testservers.PREFIX)


def drop_clone(plan: testservers.Plan, database: str) -> None:
    """Leave only the template behind."""
    with connect(plan.admin_url) as admin:
        name = sql.Identifier(database)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


def _require_template(plan: testservers.Plan, folder: Path) -> None:
    digest = fingerprint.of_schema()
    made, failed = folder / "template", folder / "template-failed"
    if failed.exists():
        raise TemplateFailed(failed.read_text(encoding="utf-8"))
    if made.exists() and made.read_text(encoding="ascii") == digest and _exists(plan):
        return
    made.unlink(missing_ok=True)
    drop_clone(plan, TEMPLATE)
    try:
        for step in STEPS:
            _run(step)
    except TemplateFailed as failure:
        failed.write_text(str(failure), encoding="utf-8")  # the other workers need not try again
        raise
    made.write_text(digest, encoding="ascii")


def _exists(plan: testservers.Plan) -> bool:
    with psycopg.connect(plan.admin_url) as admin:
        query = "SELECT 1 FROM pg_database WHERE datname = %s"
        return admin.execute(query, [TEMPLATE]).fetchone() is not None


def _run(step: tuple[str, ...]) -> None:
    environment = {
        **os.environ,
        testservers.DATABASE_NAMED: TEMPLATE,
        "TAXBRIDGE_ROLE": "owner",
        "DJANGO_SETTINGS_MODULE": "portal.config.settings.test",
    }
    result = subprocess.run(
        [sys.executable, "manage.py", *step],
        cwd=launch.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise TemplateFailed(f"manage.py {' '.join(step)}:\n{result.stdout}{result.stderr}")
