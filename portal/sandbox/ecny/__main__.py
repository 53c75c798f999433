"""`manage.py sandbox_ecny`: serve, or open accounts from a file."""

from __future__ import annotations

import argparse
import json
import runpy
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from portal.config.env import SettingMissing
from portal.sandbox.ecny.server import Server
from portal.sandbox.ecny.settings import Settings

DEMONSTRATION = Path(__file__).with_name("demonstration.json")


def main(arguments: Sequence[str]) -> int:
    """Run until ended; 1 with a sentence when a setting or a file is missing or wrong."""
    parser = argparse.ArgumentParser(prog="sandbox_ecny", description=__doc__)
    parser.add_argument("--bind", default="127.0.0.1:8006", help="address and port to listen at")
    parser.add_argument(
        "--open-accounts", type=Path, help="open the accounts named in this JSON file, and end"
    )
    parser.add_argument(
        "--demonstration", action="store_true", help="open the demonstration's accounts first"
    )
    given = parser.parse_args(arguments)
    try:
        settings = Settings.from_environment()
        server = Server(settings)
        if given.open_accounts is not None:
            open_accounts(server, given.open_accounts)
            return 0
        if given.demonstration:
            open_accounts(server, DEMONSTRATION)
    except (SettingMissing, ValueError, KeyError, OSError) as error:
        sys.stderr.write(f"sandbox_ecny: {error}\n")
        return 1
    sys.argv = ["gunicorn", *gunicorn_arguments(given.bind)]
    runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)
    return 0


def open_accounts(server: Server, path: Path) -> None:
    """Each with what it is given at first; an account that is there already is left alone."""
    today = datetime.now(UTC).date()
    with server.ledger.changing() as books:
        for one in json.loads(path.read_text(encoding="utf-8")):
            if books.account(one["id"]) is not None:
                continue
            books.open_account(
                one["id"],
                kind=one["kind"],
                institution=one["institution"],
                owner=one["owner"],
                wallet_class=one.get("class"),
            )
            if one.get("fen"):
                reference = f"opened:{one['id']}"
                books.move(
                    reference,
                    payer="issue",
                    payee=one["id"],
                    fen=one["fen"],
                    day=today,
                    why="issue",
                )
            for collector in one.get("collected_by", ()):
                books.allow_collection(one["id"], collector)


def gunicorn_arguments(bind: str) -> list[str]:
    """One process, since its books are one file."""
    return [
        *("portal.sandbox.ecny.wsgi", "--bind", bind, "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
        *("--graceful-timeout", "10", "--timeout", "60"),
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
