"""Lending pages that need an object, in a real browser: axe, overflow, policy, both languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from portal.applications.add_document import add_document
from portal.applications.add_note import add_note
from portal.applications.advance_application import advance_application
from portal.applications.ask_question import ask_question
from portal.applications.assign_case import assign_case
from portal.applications.decide_application import decide_application
from portal.applications.document_models import DocumentKind
from portal.applications.models import LoanApplication
from portal.consents.pause_consent import pause_consent
from portal.consents.stop_consent import stop_consent
from portal.invoices.attaching import Upload
from portal.products.reason_codes import Outcome
from tests.applications.cases import (
    SYSTEM,
    consent_of,
    consented,
    drafted,
    fetch_failed,
    new_product,
    scoring,
    submitted,
    under_review,
)
from tests.applications.files import PICTURE
from tests.applications.offers import accepted
from tests.applications.reviews import before_a_person, declined_alone
from tests.browser.axe import violations_on
from tests.browser.site import Watched
from tests.invoices.desk import attached, sale_of, uploads
from tests.personas import People, at_a_new_firm
from tests.web_sme_bank.test_funding_pages import answered, offered

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
WIDTHS = (320, 1280, 390)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: who opens it, its name for the picture, its address."""

    who: str
    name: str
    path: str


def shots(people: People) -> list[Shot]:
    """An application in each state a person can meet, and the pages about it."""
    bank_id = people.bo.organisation_id
    draft = drafted(people.sara, new_product(bank_id))
    ready = drafted(people.sara, new_product(bank_id))
    consented(people.sara, ready)
    narrow = drafted(people.sara, new_product(bank_id))
    consented(people.sara, narrow, categories=["vat_returns"])
    working = scoring(people.sara, new_product(bank_id))
    failed = submitted(people.sara, new_product(bank_id))
    fetch_failed(failed)
    advance_application(SYSTEM, application_id=failed.id)
    (invoice,) = uploads(sale_of(people.sara, 301))
    forged = Upload("forged.xml", invoice.data.replace(b"1200.00", b"9200.00"))
    attached(people.sara, ready, [invoice, forged])
    short = under_review(people.sara, new_product(bank_id), months=3)
    review = under_review(people.sara, new_product(bank_id))
    sealed = under_review(people.sara, new_product(bank_id))
    stop_consent(people.sara, consent_id=consent_of(sealed))
    paused = under_review(people.sara, new_product(bank_id))
    pause_consent(people.sara, consent_id=consent_of(paused))
    by_policy = declined_alone(people)
    reviewed = before_a_person(people, note="Our largest buyer paid late, and has paid since.")
    asked = under_review(people.sara, new_product(bank_id))
    ask_question(people.bo, application_id=asked.id, text="Who buys the spring orders?")
    _worked_on(people, asked)
    taken = accepted(people)
    return [
        *_of("sara", "asked", asked, "application_detail", "question_answer", "document_add"),
        Shot("bo", "bank_asked", reverse("bank:case_detail", args=[asked.id])),
        Shot("bo", "bank_team", reverse("bank:team")),
        *[
            Shot("bo", f"bank_{name}", reverse(f"bank:{name}", args=[review.id]))
            for name in ("case_ask", "case_note")
        ],
        *_of("sara", "question", draft, "question_amount", "question_term", "question_use"),
        *_of("sara", "draft", draft, "question_consent", "application_check"),
        *_of("sara", "ready", ready, "application_check", "invoices"),
        *_of("sara", "narrow", narrow, "question_consent", "application_check"),
        *_of("sara", "paused", paused, "application_detail"),
        *_of("sara", "working", working, "application_detail"),
        *_of("sara", "failed", failed, "application_detail"),
        *_of("sara", "short", short, "application_detail"),
        *_of("sara", "review", review, "application_detail", "application_withdraw"),
        *_of("sara", "declined", _declined(people), "application_detail"),
        *_of("sara", "by_policy", by_policy, "application_detail", "application_review"),
        *_of("sara", "reviewed", reviewed, "application_detail"),
        Shot("bo", "bank_reviewed", reverse("bank:case_detail", args=[reviewed.id])),
        Shot("bo", "bank_reviews", reverse("bank:queue") + "?show=review"),
        *_consents(review, "review"),
        *_consents(sealed, "sealed"),
        *[Shot("sara", name, reverse(f"sme:{name}")) for name in ("overview", "tax_data", "score")],
        *[Shot("sara", name, reverse(f"sme:{name}")) for name in ("consents", "products")],
        Shot("sara", "applications", reverse("sme:applications")),
        *_several_banks(people),
        *[
            Shot("bo", f"bank_{name}", reverse("bank:case_detail", args=[case.id]))
            for name, case in (("review", review), ("sealed", sealed), ("short", short))
        ],
        Shot("bo", "bank_decide", reverse("bank:case_decide", args=[review.id])),
        Shot("bo", "bank_accepted", reverse("bank:case_detail", args=[taken.application_id])),
        Shot("bo", "bank_queue", reverse("bank:queue")),
        Shot("boss", "bank_assign", reverse("bank:case_assign", args=[review.id])),
    ]


def _of(who: str, prefix: str, application: LoanApplication, *names: str) -> list[Shot]:
    return [
        Shot(who, f"{prefix}_{name}", reverse(f"sme:{name}", args=[application.id]))
        for name in names
    ]


def _several_banks(people: People) -> list[Shot]:
    """Before one of two consents, and with two offers."""
    signed, unsigned = answered(people)
    consented(people.sara, signed)
    offers = offered(people, (300, 400))
    return [
        *_of("sara", "several", unsigned, "question_consent", "application_check"),
        Shot("sara", "offers", reverse("sme:funding_detail", args=[offers[0].funding_id])),
        *_of("sara", "offered", offers[0], "application_detail"),
    ]


def _consents(application: LoanApplication, prefix: str) -> list[Shot]:
    names = ("consent_detail", "consent_receipt", "consent_stop")
    return [
        Shot("sara", f"{prefix}_{name}", reverse(f"sme:{name}", args=[application.consent_id]))
        for name in names
    ]


def _worked_on(people: People, application: LoanApplication) -> None:
    """An officer's case with a note and a document."""
    case = {"application_id": application.id}
    assign_case(people.bo, **case, officer_id=people.bo.person_id)
    add_note(people.bo, **case, text="Called the firm: the order is from the harbour office.")
    kind = DocumentKind.CONTRACT
    add_document(people.sara, **case, kind=kind, name="Spring order 2026.png", data=PICTURE)


def _declined(people: People) -> LoanApplication:
    application = under_review(people.sara, new_product(people.bo.organisation_id))
    decide_application(
        people.bo,
        application_id=application.id,
        outcome=Outcome.DECLINE,
        reasons=["buyers_concentrated", "records_too_short"],
        note_to_firm="Come and see us with your order book.",
    )
    return application


@pytest.fixture(scope="module")
def people(cast: People, django_db_blocker: DjangoDbBlocker) -> People:
    """The same for all these pages, which only look."""
    with django_db_blocker.unblock():
        return at_a_new_firm(cast)


@pytest.fixture(scope="module")
def album(people: People, django_db_blocker: DjangoDbBlocker) -> list[Shot]:
    """All pages, once for those who look at them."""
    with django_db_blocker.unblock():
        return shots(people)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("who", ["sara", "bo", "boss"])
def test_pages_are_clean(
    opened: Callable[..., Watched], album: list[Shot], language: str, who: str
) -> None:
    pages = [shot for shot in album if shot.who == who]
    watched = opened(pages[0].path, who=who, language=language)
    for shot in pages:
        look_at(watched, shot, language)
    assert watched.complaints == []


def look_at(watched: Watched, shot: Shot, language: str) -> None:
    """One heading, one primary button, no overflow, nothing for axe to say."""
    page = watched.page
    page.goto(f"http://{watched.host}{shot.path}")
    assert page.locator("h1").count() == 1, shot
    assert page.locator("main .button:not(.secondary, .danger, .choice)").count() <= 1, shot
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        surplus = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert surplus <= 0, f"{shot.name}: {surplus} px too wide at {width}"
        watched.keep_picture(f"{shot.name}-{language}-{width}")
    if language != "en":  # same markup: axe would find the same again
        return
    assert not (report := violations_on(page)), f"{shot.name}: {report}"
