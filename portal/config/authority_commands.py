"""Running a command of the demonstration tax authority from the portal's command line.

The authority is another organisation's process with its own settings and log-in: a command for
it runs in a process of its own, which is given that log-in and none of the portal's.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from portal.config import env

SETTINGS = "portal.sandbox.taxauthority.settings"
DATABASE_URL = "DATABASE_URL_TAX_AUTHORITY"
LOGIN, DATABASE = "taxbridge_tax_authority", "tax_authority"
_ROOT = Path(__file__).resolve().parents[2]
_PORT_LINE = 3  # of postmaster.pid, counted from 0


def run_authority_command(*arguments: str) -> int:
    """Run one, with its output where ours goes; returns its exit code.

    Outside a supervised process the log-in is found in the data folder of ``make run``; refuses
    (CommandError) when that isn't running.
    """
    command = [sys.executable, "-m", "django", *arguments]
    return subprocess.run(command, env=_environment(), cwd=Path.cwd(), check=False).returncode


class AuthorityCommand(BaseCommand):
    """A portal-side stand-in for a command of the same name at the authority."""

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(run_authority_command(*argv[1:]))


def _environment() -> dict[str, str]:
    found = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DATABASE_URL_") or name == DATABASE_URL
    }
    folder = env.path("TAXBRIDGE_DATA_DIR", _ROOT / "var" / "run")
    found.setdefault(DATABASE_URL, "")
    found[DATABASE_URL] = found[DATABASE_URL] or _running_database(folder)
    found["DJANGO_SETTINGS_MODULE"] = SETTINGS
    found["TAXBRIDGE_SECRET_KEY"] = _secret_key(folder, found)
    found["TAXBRIDGE_DATA_DIR"] = str(folder)
    found["PYTHONPATH"] = os.pathsep.join(filter(None, [str(_ROOT), found.get("PYTHONPATH")]))
    return found


def _running_database(folder: Path) -> str:
    try:
        password = (folder / "secrets" / f"password-{DATABASE}").read_text(encoding="utf-8")
        lines = (folder / "postgres" / "data" / "postmaster.pid").read_text(encoding="utf-8")
        port = int(lines.splitlines()[_PORT_LINE])
    except (OSError, IndexError, ValueError) as error:
        raise CommandError(
            f"{DATABASE_URL} is not set, and nothing runs in {folder}. Start it with: make run"
        ) from error
    return f"postgresql://{LOGIN}:{password.strip()}@127.0.0.1:{port}/{DATABASE}"


def _secret_key(folder: Path, known: Mapping[str, str]) -> str:
    path = folder / "secrets" / "secret-key-authority"
    return (
        path.read_text(encoding="utf-8").strip()
        if path.exists()
        else known.get("TAXBRIDGE_SECRET_KEY", "")
    )
