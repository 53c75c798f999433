"""Walk the whole line over HTTP, as new people, and print the ledger entries it made."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.config.authority_commands import asked_of_authority
from portal.config.demonstration import cast, signins
from portal.sandbox.journey import loan, steps
from portal.sandbox.journey.browser import Unexpected
from portal.sandbox.journey.people import Person


class Command(BaseCommand):
    help = (
        "Register, connect a firm, consent, apply, decide, accept, sign, pay back and audit over "
        "HTTP, as a person would in a browser; prints each step and the ledger entries. The system "
        "must be running."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--firm", metavar="USCC", help="a firm that the tax authority knows")

    def handle(self, *args: object, firm: str | None, **options: object) -> None:
        known = signins.load(Path(settings.DATA_DIR) / "demo.json")
        if not known:
            raise CommandError("There is no demo.json: start the demonstration with make run.")
        place = steps.Place(settings.PORTAL_URL, Path(settings.EMAIL_FILE_PATH))
        try:
            self._walk(place, known, firm)
        except (Unexpected, LookupError, OSError) as problem:
            raise CommandError(f"The journey stopped: {problem}") from problem

    def _walk(self, place: steps.Place, known: dict[str, signins.SignIn], firm: str | None) -> None:
        started = time.monotonic()
        tag = secrets.token_hex(3)
        owner = Person(f"Journey Demo {tag}", f"journey-{tag}@demo.example", secrets.token_hex(9))
        steps.register(place, owner, phone="+86 000 0000 9999")
        self.stdout.write(f"1  {owner.name} registered, with a second factor")
        account = self._account(owner, firm)
        steps.connect_firm(place, owner, account)
        self.stdout.write(f"2  firm {account.uscc} connected through the tax authority")
        application = steps.apply(place, owner, steps.Loan(product=cast.BANKS[0].product))
        self.stdout.write(f"3  consent given at the signer, application {application} sent")
        steps.wait_for_score(place, owner, application)
        self.stdout.write("4  records fetched, sealed, scored")
        officer = self._decide(place, known, application)
        steps.accept(place, owner, application, bank=cast.BANKS[0].name)
        self.stdout.write("6  the offer accepted at the signer")
        self._lend(place, owner, officer, application)
        rita = _known(known["rita"])
        steps.sign_in(place, rita)
        page = owner.browser.visit(f"{place.portal}/firm/applications/{application}/")
        self.stdout.write(f"9  the firm reads: {' / '.join(page.headings)}")
        self.stdout.write(f"   {time.monotonic() - started:.1f} s; the ledger's entries:")
        for line in self._entries(place, rita, owner, application):
            self.stdout.write(f"   {line}")

    def _decide(
        self, place: steps.Place, known: dict[str, signins.SignIn], application: str
    ) -> Person:
        officer, stranger = _known(known["bo"]), _known(known["ben"])
        steps.sign_in(place, officer)
        steps.decide(place, officer, application)
        steps.sign_in(place, stranger)
        stranger.browser.visit(f"{place.portal}/bank/cases/{application}/", status=404)
        self.stdout.write("5  approved by an officer; the other bank's officer got a 404")
        return officer

    def _lend(self, place: steps.Place, owner: Person, officer: Person, application: str) -> None:
        """Until the loan is closed; the bank of the journey has no days to change one's mind."""
        loan.sign_for_bank(place, officer, application)
        address = loan.wait_for_money(place, owner, application)
        self.stdout.write("7  signed by the bank, and the money is in the firm's e-CNY wallet")
        loan.pay(owner, address, amount="100,000")
        loan.pay_back(place, owner, address, application)
        self.stdout.write("8  paid back in two payments, and closed with a statement")

    def _entries(
        self, place: steps.Place, rita: Person, owner: Person, application: str
    ) -> list[str]:
        consents = owner.browser.visit(f"{place.portal}/firm/consents/").html
        newest = re.search(r"/firm/consents/([0-9a-f-]{36})/", consents)
        if newest is None:
            raise Unexpected("the firm's page lists no consent")
        subjects = (f"application:{application}", f"consent:{newest[1]}")
        steps.wait_until(
            lambda: "Loan closed" in " ".join(steps.ledger_entries(place, rita, *subjects)),
            "the entries of this journey",
            lambda: rita.browser.page.text[:300],
        )
        return steps.ledger_entries(place, rita, *subjects)

    def _account(self, owner: Person, firm: str | None) -> steps.FirmAccount:
        """A new finance officer of a firm at the authority, under the person's own name."""
        listed = asked_of_authority("authority_accounts").splitlines()
        usccs = [word for line in listed for word in line.split() if len(word) == 18]
        if not firm and not usccs:
            raise CommandError("The tax authority knows no firm yet: simulate_firms 12")
        uscc = firm or usccs[0]  # the first has a whole history; a later one may be too young
        # Hex, since a password may not begin like an option.
        login, password = owner.email.partition("@")[0], secrets.token_hex(9)
        asked_of_authority(
            *("authority_accounts", "--add", uscc, "--login", login, "--name", owner.name),
            *("--role", "finance_officer", "--password", password),
        )
        return steps.FirmAccount(uscc, login, password)


def _known(sign_in: signins.SignIn) -> Person:
    """A seeded person with the phone that the demonstration knows."""
    name = sign_in.who.partition(" – ")[0]
    return Person(name, sign_in.email, sign_in.password, bytes.fromhex(sign_in.totp_hex))
