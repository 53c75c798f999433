"""Who gets the letter, and who can check one: through the pages, over the real database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.applications.letter.queries import DecidedCase, decided_case
from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.core.actor import SystemActor
from scoring.erase_features import erase_features
from scoring.models import Score
from tests.applications.cases import as_vault_worker, consent_of, new_product, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]
FIRM, BANK = "sme:application_letter", "bank:case_letter"


def asked(client: Client, name: str, case: LoanApplication, language: str = "en") -> Any:
    return client.get(reverse(name, args=[case.id, language]))


@pytest.mark.parametrize(
    ("who", "name", "page"),
    [("sara", FIRM, "sme:application_detail"), ("boss", BANK, "bank:case_detail")],
)
def test_both_sides_get_the_same_letter_in_both_languages(
    browser_of: BrowserOf, declined: LoanApplication, who: str, name: str, page: str
) -> None:
    client = browser_of(who)
    shown = client.get(reverse(page, args=[declined.id])).content.decode()
    for language in ("en", "zh-hans"):
        assert reverse(name, args=[declined.id, language]) in shown
        letter = asked(client, name, declined, language)
        assert letter.headers["Content-Type"] == "application/pdf"
        assert letter.content.startswith(b"%PDF-")
        named = f'attachment; filename="{declined.reference}-{language}.pdf"'
        assert letter.headers["Content-Disposition"] == named
    assert (
        asked(client, name, declined).content == asked(browser_of("sara"), FIRM, declined).content
    )


def test_strangers_and_other_languages_get_nothing(
    browser_of: BrowserOf, declined: LoanApplication
) -> None:
    assert asked(browser_of("mallory"), FIRM, declined).status_code == 404
    assert asked(browser_of("ben"), BANK, declined).status_code == 404
    assert asked(browser_of("sara"), BANK, declined).status_code == 403
    assert asked(browser_of("sara"), FIRM, declined, "fr").status_code == 404


def test_an_undecided_case_has_no_letter(people: People, browser_of: BrowserOf) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id))
    page = browser_of("sara").get(reverse("sme:application_detail", args=[case.id]))
    assert "letter" not in page.content.decode()
    assert asked(browser_of("sara"), FIRM, case).status_code == 404
    assert asked(browser_of("bo"), BANK, case).status_code == 404


def test_after_a_withdrawal_it_stays_without_the_erased_figures(
    people: People, browser_of: BrowserOf, declined: LoanApplication
) -> None:
    with_a_change_in_reach(declined)
    before = decided_case(people.sara, declined.id)
    assert None not in figures_in(before)
    stop_consent(people.sara, consent_id=consent_of(declined))
    with as_vault_worker():
        erase_features(SystemActor("scoring"), consent_id=consent_of(declined))
    after = decided_case(people.bo, declined.id)
    assert figures_in(after) == {None}
    assert after.digest == before.digest
    assert asked(browser_of("bo"), BANK, declined).content.startswith(b"%PDF-")


def with_a_change_in_reach(case: LoanApplication) -> None:
    """The firm of these tests is too far from the next band to have one: a kept figure gets it."""
    assert case.score_id is not None
    score = Score.objects.using("owner").get(id=case.score_id)
    figure = next(iter(score.figures.figures))
    change = {"feature": figure, "edge": 8, "unit": "count", "points": 9}
    score.recourse |= {"code": "possible", "changes": [change], "score": 640, "band": "C"}
    score.save(update_fields=["recourse"])


def figures_in(case: DecidedCase) -> set[int | None]:
    assert case.score is not None
    changes = case.score.recourse.changes
    assert changes
    return {change.figure for change in changes}


def test_anybody_with_the_letter_can_check_it(
    people: People, client: Client, declined: LoanApplication
) -> None:
    digest = decided_case(people.sara, declined.id).digest
    page = client.get(reverse("public:letter", args=[declined.reference, digest]))
    text = page.content.decode()
    for said in ("This decision is on record", declined.reference, "¥500,000", "12 months"):
        assert said in text
    assert declined.firm.uscc[-6:] in text
    assert declined.firm.uscc not in text
    assert declined.firm.name not in text
    for wrong in (digest[::-1], digest[:-1], digest.upper()):
        forged = client.get(reverse("public:letter", args=[declined.reference, wrong]))
        assert forged.status_code == 404
