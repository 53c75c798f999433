"""Commands of the demonstration tax authority, from the portal's command line.

The authority is another organisation's program with its own settings and log-in. So the portal's
`manage.py` only hands such a command on to a process of its own, without the portal's log-ins.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.embedded import manage

SETTINGS = "portal.sandbox.taxauthority.settings"
DATABASE_URL = "DATABASE_URL_TAX_AUTHORITY"


class AuthorityCommand(BaseCommand):
    """Runs the authority's command of the same name: on the database that the environment names,
    else on the one of the running installation (`make run`); says so when there is none.
    """

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(_run(argv[1:]) if os.environ.get(DATABASE_URL) else manage.main(argv[1:]))


def asked_of_authority(*command: str) -> str:
    """What a command of the authority printed; refuses with CommandError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "django", *command],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": SETTINGS},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"{command[0]}: {done.stderr.strip()[-500:]}")
    return done.stdout


def _run(arguments: list[str]) -> int:
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DATABASE_URL_") or name == DATABASE_URL
    }
    environment["DJANGO_SETTINGS_MODULE"] = SETTINGS
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2])
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(command, env=environment, check=False).returncode
