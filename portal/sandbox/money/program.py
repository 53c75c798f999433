"""The command line of a stand-in that moves money: serve, or open accounts from a file."""

from __future__ import annotations

import argparse
import json
import runpy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from portal.config.env import SettingMissing
from portal.sandbox.money.books import Ledger


@dataclass(frozen=True, slots=True)
class Program:
    """Its name, its module for gunicorn, its books, and the accounts of the demonstration."""

    name: str
    application: str
    bind: str
    books: Callable[[], Ledger]
    demonstration: Path

    def main(self, arguments: Sequence[str]) -> int:
        """Run until ended; 1 with a sentence when a setting or a file is missing or wrong."""
        parser = argparse.ArgumentParser(prog=self.name, description=__doc__)
        parser.add_argument("--bind", default=self.bind, help="address and port to listen at")
        parser.add_argument(
            "--open-accounts", type=Path, help="open the accounts named in this JSON file, and end"
        )
        parser.add_argument(
            "--demonstration", action="store_true", help="open the demonstration's accounts first"
        )
        given = parser.parse_args(arguments)
        try:
            books = self.books()
            if given.open_accounts is not None:
                open_accounts(books, given.open_accounts)
                return 0
            if given.demonstration:
                open_accounts(books, self.demonstration)
        except (SettingMissing, ValueError, KeyError, OSError) as error:
            sys.stderr.write(f"{self.name}: {error}\n")
            return 1
        sys.argv = ["gunicorn", *gunicorn_arguments(self.application, given.bind)]
        runpy.run_module("gunicorn", run_name="__main__", alter_sys=True)
        return 0


def open_accounts(ledger: Ledger, path: Path) -> None:
    """Each with what it is given at first; an account that is there already is left alone."""
    today = datetime.now(UTC).date()
    with ledger.changing() as books:
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


def gunicorn_arguments(application: str, bind: str) -> list[str]:
    """One process, since its books are one file."""
    return [
        *(application, "--bind", bind, "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", "4"),
        *("--graceful-timeout", "10", "--timeout", "60"),
    ]
