"""`manage.py sandbox_clearing`: a clearing of bank transfers."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from portal.sandbox.clearing.server import Server, settings_given
from portal.sandbox.money.program import Program

PROGRAM = Program(
    name="sandbox_clearing",
    application="portal.sandbox.clearing.wsgi",
    bind="127.0.0.1:8007",
    books=lambda: Server(settings_given()).ledger,
    demonstration=Path(__file__).with_name("demonstration.json"),
)


def main(arguments: Sequence[str]) -> int:
    """As `Program.main`."""
    return PROGRAM.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
