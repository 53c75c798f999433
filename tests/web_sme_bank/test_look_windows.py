"""When each window on a firm's data was opened and closed, in page, consent and file."""

from __future__ import annotations

from uuid import UUID, uuid4

import psycopg
import pytest
from django.test import Client

from portal.applications.models import LoanApplication
from portal.consents.close_lost import close_lost
from portal.consents.closings import Outcome
from portal.products.models import Product
from portal.web.formats import local_moment
from tests.applications.cases import consent_of, submitted
from tests.gate.parties import Parties, enter, login, taken
from tests.personas import People
from tests.web_sme_bank.test_bank_pages import BrowserOf
from tests.web_sme_bank.test_looks import PAGE, lines, listed, table

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def read_once(application: LoanApplication) -> UUID:
    """A reader that leaves in order; its ticket."""
    parties = Parties(application.firm_id, application.bank_id, uuid4())
    with login("vault", autocommit=False) as vault:
        ticket = taken(vault, parties, consent_of(application))
        enter(vault, ticket)
        vault.commit()
        vault.execute("SELECT gate.leave(%s, clock_timestamp())", [ticket])
    return ticket


def lost_once(application: LoanApplication, admin_url: str) -> None:
    """A reader that nobody hears of again."""
    parties = Parties(application.firm_id, application.bank_id, uuid4())
    with login("vault") as vault:
        ticket = taken(vault, parties, consent_of(application))
    late = "UPDATE gate.unclosed SET expires_at = clock_timestamp() WHERE ticket = %s"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(late, [ticket])
    close_lost(using="watchdog")


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_look_in_order_shows_both_times(
    people: People, browser_of: BrowserOf, product: Product
) -> None:
    application = submitted(people.sara, product)
    read_once(application)
    listed()
    sara = browser_of("sara")
    (line,) = lines(sara)
    window = line.look.window
    assert window is not None
    assert window.outcome is Outcome.LEFT
    assert window.opened_at is not None
    row = dict(zip(*table(sara), strict=True))
    opened, closed = (
        local_moment(at).isoformat(sep=" ", timespec="seconds")
        for at in (window.opened_at, line.closed_at or window.opened_at)
    )
    assert (row["Opened (UTC+8)"], row["Closed (UTC+8)"]) == (opened, closed)
    assert row["How it closed"] == "closed"
    for page in (PAGE, f"/firm/consents/{consent_of(application)}/"):
        words = " ".join(text_of(sara, page).split())
        assert "opened <time" in words
        assert "closed <time" in words


def test_a_lost_look_says_no_more_than_is_known(
    people: People, browser_of: BrowserOf, product: Product, admin_url: str
) -> None:
    application = submitted(people.sara, product)
    lost_once(application, admin_url)
    listed()
    sara = browser_of("sara")
    row = dict(zip(*table(sara), strict=True))
    assert row["Opened (UTC+8)"] == ""
    assert row["Closed (UTC+8)"] != ""
    assert row["How it closed"] == "not closed in order; ended at the latest at"
    for page in (PAGE, f"/firm/consents/{consent_of(application)}/"):
        assert "not closed in order; ended at the latest at <time" in text_of(sara, page)
