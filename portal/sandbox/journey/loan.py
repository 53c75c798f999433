"""The journey after the yes: the bank's signature, the money, paying back, the closed loan."""

from __future__ import annotations

import re

from portal.sandbox.journey.browser import Unexpected
from portal.sandbox.journey.people import Person
from portal.sandbox.journey.steps import Place, wait_until


def sign_for_bank(place: Place, officer: Person, application: str) -> None:
    """The officer signs the agreement at the signer, under the firm's signature."""
    browser = officer.browser
    browser.visit(f"{place.portal}/bank/cases/{application}/")
    browser.submit({}, having="csrfmiddlewaretoken", press="Sign the agreement")
    officer.give_code(press="Sign this agreement")
    if "Both sides signed the agreement." not in browser.expect().text:
        raise Unexpected(f"not signed: {browser.page.url}: {browser.page.text[:400]}")


def wait_for_money(place: Place, owner: Person, application: str) -> str:
    """Look until the loan runs; the address of its page."""
    _wait_for_words(place, owner, application, "Nothing is overdue.")
    return owner.browser.page.url


def pay(owner: Person, loan: str, *, amount: str) -> None:
    """Pay so much, after a look at what it pays; ends when it has arrived."""
    browser = owner.browser
    browser.visit(loan)
    browser.submit({"amount": amount}, press="Pay this amount")
    _confirm(owner)
    wait_until(
        lambda: "What was paid" in browser.visit(loan).text,
        f"the payment on {loan}",
        lambda: browser.page.text[:600],
    )


def pay_back(place: Place, owner: Person, loan: str, application: str) -> None:
    """Pay everything that is left; ends when the loan is closed."""
    page = owner.browser.visit(loan)
    whole = re.search(r"Pay everything back: (¥[\d,.]+)", page.text)
    if whole is None:
        raise Unexpected(f"{loan} offers no way to pay everything back: {page.text[:600]}")
    owner.browser.submit({}, having="amount", press=whole[0])
    _confirm(owner)
    _wait_for_words(place, owner, application, "This loan is closed.")


def _confirm(owner: Person) -> None:
    owner.browser.submit({}, having="sure", press="Pay now")
    owner.browser.expect()


def _wait_for_words(place: Place, owner: Person, application: str, words: str) -> None:
    address = f"{place.portal}/firm/loans/of/{application}/"
    wait_until(
        lambda: words in owner.browser.open(address).text,
        f"{words!r} on {address}",
        lambda: owner.browser.page.text[:600],
    )
