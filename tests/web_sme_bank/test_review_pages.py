"""From a decline of the policy to a person's decision, on both sides' pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.applications.decide_application import decide_application
from portal.applications.letter.queries import decided_case
from portal.core.press.setting import words_json
from portal.products.reason_codes import Outcome
from portal.web.letter_texts import letter_of
from tests.applications.reviews import declined_alone
from tests.personas import People
from tests.web_sme_bank.test_bank_pages import page

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_a_firm_asks_and_a_person_answers(
    people: People, browser_of: Callable[[str], Client]
) -> None:
    case, sara = declined_alone(people), browser_of("sara")
    letter = words_json(letter_of(decided_case(people.sara, case.id), "en").words())
    assert 'press \\"Ask for a person\\"' in letter
    told = page(sara, "sme:application_detail", case.id)
    asking = reverse("sme:application_review", args=[case.id])
    assert "The bank’s policy decided by itself" in told
    assert asking in told
    assert asking not in page(browser_of("sam"), "sme:application_detail", case.id)
    assert "you can ask once" in sara.get(asking).content.decode()
    sara.post(asking, {"note": "Our buyer paid late."})
    assert sara.get(asking)["Location"] == reverse("sme:application_detail", args=[case.id])
    queue = browser_of("bo").get(reverse("bank:queue"), {"show": "review", "text": case.reference})
    assert queue.content.decode().count("Asked for a person</span>") == 1
    shown = page(browser_of("bo"), "bank:case_detail", case.id)
    for text in ("Our buyer paid late.", "Declined by the policy itself", "Sales are falling"):
        assert text in shown
    decide_application(
        people.bo, application_id=case.id, outcome=Outcome.DECLINE, reasons=["sales_falling"]
    )
    told = page(sara, "sme:application_detail", case.id)
    assert "A person at the bank decided" in told
    assert "You asked for a person on" in told
    assert asking not in told
    assert "Have a person look again" in words_json(
        letter_of(decided_case(people.sara, case.id), "en").words()
    )
