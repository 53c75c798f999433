"""`manage.py witness`: serve, or make the key."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from collections.abc import Sequence

from ledger.format.note_keys import NoteRefused, generate_signing_key
from ledger.format.policy import PolicyRefused
from portal.config.env import SettingMissing
from portal.sandbox.witness.settings import Settings


def main(arguments: Sequence[str]) -> int:
    """Run until ended; 1 with a sentence when a setting or a file is missing or wrong."""
    parser = argparse.ArgumentParser(prog="witness", description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1:8003", help="address and port to listen at")
    parser.add_argument(
        "--new-key", action="store_true", help="make the key file, show the verifier key, and end"
    )
    given = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        if given.new_key:
            sys.stdout.write(f"{new_key(settings)}\n")
            return 0
        settings.key(), settings.logs()
    except (SettingMissing, NoteRefused, PolicyRefused, OSError) as error:
        sys.stderr.write(f"witness: {error}\n")
        return 1
    sys.argv = ["gunicorn", *gunicorn_arguments(given.bind)]
    runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)
    return 0


def new_key(settings: Settings) -> str:
    """Make the private key (0600) and return the verifier key; refuses to replace a file."""
    pem, _ = generate_signing_key(settings.name)
    settings.key_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
    return str(settings.key().cosigner)


def gunicorn_arguments(bind: str) -> list[str]:
    """One process, since its memory is one file; connections are kept for the next checkpoint."""
    return [
        *("portal.sandbox.witness.wsgi", "--bind", bind, "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
        *("--keep-alive", "75", "--graceful-timeout", "10", "--timeout", "60"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
