"""The whole running system for browser tests: where it is, and the people who use it."""

from __future__ import annotations

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from portal.config.demonstration import signins
from portal.embedded import launch
from portal.embedded.preparation import AUTHORITY_PASSWORD
from portal.sandbox.journey.people import Person
from portal.sandbox.journey.steps import FirmAccount, Place

OWNER = re.compile(r"^(owner\d+) +(.+?) +legal_representative +(\w{18}) ", re.MULTILINE)
TOO_YOUNG = "owner5"  # the simulation's fifth firm has sold for too short a time to be scored


@dataclass
class Running:
    """One run of the supervisor, seen from outside."""

    folder: Path
    base_port: int
    given: Mapping[str, str] = field(default_factory=dict)
    met: dict[str, Person] = field(default_factory=dict)

    @property
    def portal(self) -> str:
        return f"http://portal.localhost:{self.base_port}"

    @property
    def signer(self) -> str:
        return f"http://sign.localhost:{self.base_port + 1}"

    @property
    def authority(self) -> str:
        return f"http://tax.localhost:{self.base_port + 2}"

    @property
    def place(self) -> Place:
        """Where the portal is, and where its mail goes."""
        return Place(self.portal, self.folder / "mail")

    @cached_property
    def _owners(self) -> Iterator[tuple[str, str, str]]:
        listed = (self.folder / "authority-accounts.txt").read_text(encoding="utf-8")
        owners: list[tuple[str, str, str]] = OWNER.findall(listed)
        return (owner for owner in owners if owner[0] != TOO_YOUNG)

    def newcomer(self) -> tuple[Person, FirmAccount]:
        """A firm's owner whom only the tax authority knows yet; another one at each call."""
        login, name, uscc = next(self._owners)
        person = Person(name, f"{login}@browser.example", secrets.token_hex(9))
        return person, FirmAccount(uscc, login, AUTHORITY_PASSWORD)

    def colleague(self, account: FirmAccount, name: str, *, role: str) -> FirmAccount:
        """Somebody else whom the tax authority lets act for that firm."""
        login = f"{role}-{account.login}"
        added = ("--add", account.uscc, "--login", login, "--name", name, "--role", role)
        self.manage("authority_accounts", *added, "--password", AUTHORITY_PASSWORD)
        return FirmAccount(account.uscc, login, AUTHORITY_PASSWORD)

    def successor(self, account: FirmAccount, name: str) -> FirmAccount:
        """The firm's new legal representative, from now on."""
        login = f"successor-{account.login}"
        told = ("--name", name, "--password", AUTHORITY_PASSWORD)
        self.manage("change_representative", account.uscc, login, *told)
        return FirmAccount(account.uscc, login, AUTHORITY_PASSWORD)

    def known(self, key: str) -> Person:
        """A person of the demonstration, with the phone that it knows.

        The same one at each call, who remembers which codes have been shown.
        """
        if key not in self.met:
            sign_in = signins.load(self.folder / "demo.json")[key]
            name, secret = sign_in.who.partition(" – ")[0], bytes.fromhex(sign_in.totp_hex)
            self.met[key] = Person(name, sign_in.email, sign_in.password, secret)
        return self.met[key]

    def manage(self, *command: str) -> None:
        """Run a management command as a person would."""
        done = subprocess.run(
            [sys.executable, "-m", "portal.embedded.manage", *command],
            cwd=launch.ROOT,
            env={
                **launch.plain_environment(),
                **self.given,
                "TAXBRIDGE_DATA_DIR": str(self.folder),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
