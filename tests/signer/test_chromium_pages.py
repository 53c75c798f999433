"""Every page with passkeys, both languages, wide and narrow: axe, overflow, console, one button."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect

from portal.consents.pause_consent import pause_consent
from portal.consents.request_consent import request_consent
from portal.consents.signing import grant
from portal.core.months import Month
from tests.browser.checks import check_page
from tests.gate.parties import EVIDENCE
from tests.personas import People, connected, new_uscc
from tests.signer.test_chromium import Desk, context, desk
from tests.signer.test_offers import an_offer
from tests.signer.test_signing_by_passkey import asked

__all__ = ["context", "desk"]

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.browser,
    pytest.mark.usefixtures("keys"),
]


def looks(desk: Desk, language: str, path: str = "") -> None:
    """The page at this path, or the one that is open, in the language."""
    origin = desk.holder.signer.origin
    desk.page.goto(f"{origin}{path}?language={language}" if path else f"{desk.page.url}")
    expect(desk.page.locator("main")).to_be_visible()
    check_page(desk.watched, language)


def changed(desk: Desk, people: People, old: UUID) -> UUID:
    """A request that changes a standing consent: fewer months, more kinds of data."""
    assert desk.holder.actor.organisation_id
    assert people.bo.organisation_id
    return request_consent(
        desk.holder.actor,
        firm_id=desk.holder.actor.organisation_id,
        bank_id=people.bo.organisation_id,
        purpose="underwriting",
        categories=["vat_invoices", "tax_rating"],
        first_month=Month(2024, 6),
        last_month=Month(2025, 12),
        supersedes=old,
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_with_passkeys_are_clean(desk: Desk, people: People, language: str) -> None:
    desk.set_up_passkey()
    devices = re.sub(r"^https?://[^/]+|\?.*$", "", desk.page.url)
    looks(desk, language, devices)
    looks(desk, language, f"{devices}passkey/")
    looks(desk, language, devices)
    removal = desk.page.locator("a[href$='/remove/']").first.get_attribute("href") or ""
    looks(desk, language, removal)
    looks(desk, language, f"{devices}phone/remove/")
    desk.holder.actor = connected(desk.holder.actor, uscc=new_uscc(), role="legal_representative")
    first = asked(desk.holder, people)
    looks(desk, language, f"/consents/{first}/")
    grant(first, person_id=desk.holder.actor.person_id, evidence=EVIDENCE, using="signer")
    looks(desk, language, f"/consents/{changed(desk, people, first)}/")
    pause_consent(desk.holder.actor, consent_id=first)
    looks(desk, language, f"/consents/{first}/resume/")
    looks(desk, language, f"/offers/{an_offer(desk.holder, people).id}/")
    desk.at_second_step()
    step = re.sub(r"^https?://[^/]+|\?.*$", "", desk.page.url)
    looks(desk, language, step)
    looks(desk, language, step.replace("/code/", "/lost-phone/"))
