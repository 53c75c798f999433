"""The steps of the journey, each as a person would do it in a browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from portal.sandbox.journey.browser import Browser, Unexpected
from portal.sandbox.journey.people import Person, mailed_link

PATIENCE = 120.0
# The first of the wallets that the e-CNY stand-in opens (portal/sandbox/ecny/demonstration.json).
WALLET = "0022100000000001"
_APPLICATION = re.compile(r"/firm/applications/([0-9a-f-]{36})/$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the portal is, and where its mail goes."""

    portal: str
    mail: Path


@dataclass(frozen=True, slots=True)
class FirmAccount:
    """A sign-in at the tax authority."""

    uscc: str
    login: str
    password: str


@dataclass(frozen=True, slots=True)
class Loan:
    """What is applied for."""

    product: str
    amount: str = "300,000"
    term: str = "12"
    use: str = "Raw material for three confirmed orders."


def register(place: Place, person: Person, *, phone: str) -> None:
    """Step 1: register, open the mailed link, sign in, set up a phone at the signer."""
    browser = person.browser
    browser.open(f"{place.portal}/account/register/")
    browser.submit(
        {
            "real_name": person.name,
            "phone": phone,
            "email": person.email,
            "password": person.password,
        }
    )
    browser.expect(at="/account/email-sent/")
    browser.open(mailed_link(place.mail, to=person.email, part="/account/confirm/"))
    browser.submit({}, having="csrfmiddlewaretoken", press="Confirm this address")
    sign_in(place, person)


def sign_in(place: Place, person: Person) -> None:
    """Password at the portal, code (or a new phone) at the signer, back at the portal."""
    browser = person.browser
    browser.open(f"{place.portal}/account/sign-in/")
    page = browser.submit({"email": person.email, "password": person.password})
    if page.url.endswith("/phone/"):
        person.take_phone(page)
        person.give_code()
        browser.expect(at="/recovery-codes/")
        browser.submit({}, having="csrfmiddlewaretoken", press="I have kept them")
    else:
        person.give_code()
    if not browser.page.url.startswith(place.portal):
        raise Unexpected(f"not signed in: {browser.page.url}: {browser.page.text[:300]}")


def connect_firm(place: Place, person: Person, account: FirmAccount) -> None:
    """Step 2: to the tax authority's own sign-in and back with its word."""
    browser = person.browser
    browser.open(f"{place.portal}/firm/connect/")
    browser.submit({"uscc": account.uscc})
    browser.submit({"login": account.login, "password": account.password})
    if browser.page.status != 200 or not browser.page.url.startswith(f"{place.portal}/firm/"):
        raise Unexpected(f"not connected: {browser.page.url}: {browser.page.text[:400]}")


def apply(place: Place, person: Person, loan: Loan) -> str:
    """Steps 3 and 4: product, questions, consent at the signer, send; the application's id."""
    browser = person.browser
    browser.open(f"{place.portal}/firm/products/")
    _press(browser, "Apply", loan.product)
    browser.expect(at="/amount/")
    browser.submit({"amount": loan.amount})
    browser.submit({"term": loan.term})
    browser.submit({"use": loan.use})
    browser.expect(at="/consent/")
    browser.submit({}, having="csrfmiddlewaretoken", press="Continue to the consent signer")
    person.give_code(press="allow")
    browser.expect(at="/check/")
    browser.submit({}, having="csrfmiddlewaretoken", press="Send application")
    found = _APPLICATION.search(browser.page.url)
    if found is None:
        raise Unexpected(f"not sent: {browser.page.url}: {browser.page.text[:400]}")
    return found[1]


def _press(browser: Browser, verb: str, what: str) -> None:
    """Press the button of this verb that names this product or bank."""
    for form in browser.page.forms:
        if any(verb in words and what in words for _, _, words in form.buttons):
            token = form.values["csrfmiddlewaretoken"][0]
            browser.post(form.action, {"csrfmiddlewaretoken": token})
            return
    raise Unexpected(f"{browser.page.url} has no {verb} {what!r}: {browser.page.text[:400]}")


def wait_for_score(place: Place, person: Person, application: str) -> None:
    """The progress page until it says that the bank has the case."""
    address = f"{place.portal}/firm/applications/{application}/"
    wait_until(
        lambda: "will decide" in person.browser.open(address).text,
        f"a score on {address}",
        lambda: person.browser.page.text[:600],
    )


def decide(place: Place, officer: Person, application: str) -> None:
    """Step 5: the officer finds the case in the queue, opens it, approves with a reason."""
    browser = officer.browser
    browser.visit(f"{place.portal}/bank/")
    case = f"{place.portal}/bank/cases/{application}/"
    browser.visit(case)
    browser.visit(f"{case}decide/")
    reason = browser.page.form_with("outcome").choices["approve_reasons"][0]
    browser.submit({"outcome": "approve", "approve_reasons": [reason]})
    browser.expect()


def accept(place: Place, person: Person, application: str, *, bank: str) -> None:
    """Step 6: the firm reads the offer again at the signer, and accepts it with a code."""
    browser = person.browser
    browser.visit(f"{place.portal}/firm/applications/{application}/")
    _press(browser, "Accept", bank)
    browser.submit({"rail": "ecny", "account": WALLET})
    person.give_code(press="Accept this offer")
    browser.expect()
    if "You accepted the offer" not in browser.page.text:
        raise Unexpected(f"not accepted: {browser.page.url}: {browser.page.text[:400]}")


def ledger_entries(place: Place, regulator: Person, *subjects: str) -> list[str]:
    """Step 7: what the regulator's page says about these references, oldest first."""
    browser, found = regulator.browser, []
    for subject in subjects:
        page = browser.visit(f"{place.portal}/regulator/?q={subject}")
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page.html, re.DOTALL)[1:]
        found += [unescape(" ".join(re.sub(r"<[^>]+>", " ", row).split())) for row in rows]
    return sorted(set(found), key=lambda line: int(line.split()[0]))


def wait_until(
    holds: Callable[[], bool], what: str, seen: Callable[[], str], patience: float = PATIENCE
) -> None:
    """Look again until it holds; Unexpected with what was seen last when patience ends."""
    until = time.monotonic() + patience
    while not holds():
        if time.monotonic() > until:
            raise Unexpected(f"waited {patience:.0f} s for {what}; saw: {seen()}")
        time.sleep(0.4)
