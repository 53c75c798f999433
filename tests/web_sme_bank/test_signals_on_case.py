"""Signals on the officer's case page: under the score's own rule, in words, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from portal.applications.advance_application import advance_application
from portal.applications.decide_application import decide_application
from portal.applications.models import Decision, LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.products.models import Product
from portal.products.reason_codes import Outcome
from portal.web.signal_words import worded_signals
from scoring.engine.signals.catalogue import CODES
from scoring.engine.signals.rates import FALSE_ALARMS
from scoring.erase_features import erase_features
from scoring.queries import ScoreView
from scoring.signal_views import SignalsView
from scoring.tasks import WORKER
from tests.applications.cases import SYSTEM, as_vault_worker, consent_of, fresh
from tests.applications.cases import scoring as waiting
from tests.personas import People
from tests.scoring.test_signals_kept import publish, uneven, with_round_amounts
from tests.use_cases.scenarios_records import read as read_under

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]
TITLE, HINT = "Signals about the invoices", "More invoices over round amounts"


def before_the_bank(people: People, product: Product, *, forged: bool) -> LoanApplication:
    """With one marked signal, or without any."""
    case = waiting(people.sara, product)
    read = uneven(read_under(case))
    publish(with_round_amounts(read) if forged else read)
    advance_application(SYSTEM, application_id=case.id)
    return fresh(case)


@pytest.fixture
def case(people: People, product: Product) -> LoanApplication:
    return before_the_bank(people, product, forged=True)


def page(client: Client, case: LoanApplication) -> str:
    response = client.get(reverse("bank:case_detail", args=[case.id]))
    assert response.status_code == 200
    return response.content.decode()


def test_the_officer_reads_what_was_found_and_how_often_it_is_false(
    browser_of: BrowserOf, case: LoanApplication
) -> None:
    shown = page(browser_of("bo"), case)
    row = shown[shown.index(HINT) :].partition("</tr>")[0]
    assert "Marked" in row
    assert "4 of 116 real firms (1.3% to 8.5%)" in row
    assert "Could not be computed" in shown
    assert "Sales made void after they had been read" not in shown.partition("<details>")[0]


def test_nothing_found_and_nothing_computable_are_told_apart(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    shown = page(browser_of("bo"), before_the_bank(people, product, forged=False))
    assert "Nothing was found among the signals that could be computed." in shown
    unknown = worded_signals(SignalsView(found=(), not_computable=CODES))
    assert unknown is not None
    assert unknown.is_nothing_known


def test_it_is_gone_with_the_consent_and_no_other_bank_has_it(
    browser_of: BrowserOf, people: People, case: LoanApplication
) -> None:
    other = browser_of("ben").get(reverse("bank:case_detail", args=[case.id]))
    stop_consent(people.sara, consent_id=consent_of(case))
    assert other.status_code == 404
    assert TITLE not in page(browser_of("bo"), case)


def test_a_decision_keeps_what_was_seen_also_once_it_is_erased(
    browser_of: BrowserOf, people: People, case: LoanApplication
) -> None:
    decide_application(
        people.bo,
        application_id=case.id,
        outcome=Outcome.DECLINE,
        reasons=["invoices_unclear"],
        note_to_firm="",
    )
    stop_consent(people.sara, consent_id=consent_of(case))
    with as_vault_worker():
        erase_features(WORKER, consent_id=consent_of(case))
    assert HINT in page(browser_of("bo"), case)


def test_a_decision_from_before_there_were_signals_reads_as_ever(
    people: People, case: LoanApplication, browser_of: BrowserOf
) -> None:
    decide_application(
        people.bo,
        application_id=case.id,
        outcome=Outcome.DECLINE,
        reasons=["invoices_unclear"],
        note_to_firm="",
    )
    kept = dict(Decision.objects.get(application=case).inputs["score"])
    del kept["signals"]
    assert ScoreView.thaw(kept).signals is None
    assert worded_signals(None) is None


def test_the_firm_is_told_that_there_are_hints_and_not_which(
    browser_of: BrowserOf, case: LoanApplication
) -> None:
    for name, args in (("sme:score", []), ("sme:application_detail", [case.id])):
        shown = browser_of("sara").get(reverse(name, args=args)).content.decode()
        assert "hints about patterns in your invoices" in shown
        assert "round amounts" not in shown


def test_a_firm_without_hints_reads_nothing_of_them(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    before_the_bank(people, product, forged=False)
    shown = browser_of("sara").get(reverse("sme:score")).content.decode()
    assert "hints about patterns" not in shown


def test_the_signals_cost_the_page_no_query(browser_of: BrowserOf, case: LoanApplication) -> None:
    client = browser_of("bo")
    with CaptureQueriesContext(connection) as captured:
        page(client, case)
    statements = [query["sql"] for query in captured]
    assert any('JOIN "scoring_signals"' in one for one in statements)
    assert not any('FROM "scoring_signals"' in one for one in statements)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_signal_has_words(language: str) -> None:
    found = [
        {
            "code": code,
            "strength": 3,
            "months": ["2026-01", "2026-03"],
            "percent": [10, None],
            "false_alarms": FALSE_ALARMS[code],
        }
        for code in CODES
    ]
    with translation.override(language):
        worded = worded_signals(SignalsView.of({"found": found, "not_computable": []}))
    assert worded is not None
    names = {line.name for line in worded.lines}
    assert len(names) == len(CODES)
    assert not any("_" in name for name in names)
    assert all(any(ord(one) > 0x3000 for one in name) for name in names) is (language != "en")
