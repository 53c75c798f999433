"""The bank's pages of products and policies, and what firms are shown of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.applications.decide_application import decide_application
from portal.applications.past_cases import past_cases_of
from portal.products.models import Product, ProductVersion, VersionStatus
from portal.products.policy.table import Row, Table
from portal.products.policy.vocabulary import Verdict
from portal.products.queries import version_in_force
from portal.products.reason_codes import Outcome
from tests.applications.cases import new_product, under_review
from tests.personas import People
from tests.products.tables import SOUND
from tests.products.versions import in_force, proposed

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str], Client]
TERMS = {
    "min_amount": "50,000",
    "max_amount": "3,000,000",
    "terms": "6, 12, 24",
    "annual_rate": "4.35",
    "fee": "100",
    "fee_share": "0.5",
    "cooling_off_days": "7",
    "method": "annuity",
    "penalty_markup": "50",
    "approve_up_to": "500,000",
    "decline_up_to": "0",
}


def approving(number: int = 0, **changes: Any) -> dict[str, Any]:
    """What a browser sends of a row that approves from 600 points on."""
    row = {
        "score_from": "600",
        "amount_fen_to": "800,000",
        "pd_ppm_to": "5.5",
        "band": ["A", "B", "C"],
        "lowered_how": "has_none",
        "lowered_by": ["void_share"],
        "signal_strength_to": "2",
        "signals_how": "has_none",
        "signals": ["round_jump", "both_ways"],
        "verdict": "approve",
        "limit": "400,000",
        "rate": "4.2",
        "conditions": ["quarterly_figures"],
        "reasons": ["score_sufficient"],
        **changes,
    }
    return {f"row-{number}-{name}": value for name, value in row.items()}


@pytest.fixture
def product(people: People) -> Product:
    return new_product(people.bo.organisation_id)


@pytest.fixture
def bo(browser_of: BrowserOf) -> Client:
    return browser_of("bo")


def sent(client: Client, product: Product, do: str, rows: int = 1, **data: Any) -> Any:
    address = reverse("bank:product_edit", args=[product.id])
    return client.post(address, {**TERMS, "rows": str(rows), "do": do, **data})


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_version_is_written_proposed_and_put_in_force(
    browser_of: BrowserOf, people: People, product: Product, bo: Client
) -> None:
    answer = sent(bo, product, "propose", **approving())
    version = ProductVersion.objects.get(product=product, status=VersionStatus.PROPOSED)
    address = reverse("bank:product_version", args=[version.id])
    assert answer["Location"] == address
    page = text(bo.get(address))
    assert "Score: 600 or more" in page
    assert "Amount asked for: up to ¥800,000" in page
    assert "Probability of default: up to 5.5%" in page
    assert "Approve up to ¥400,000 at 4.20% a year" in page
    assert "Put in force" not in page
    assert bo.post(address, {"do": "approve"}).status_code == 403
    boss = browser_of("boss")
    assert "Put in force" in text(boss.get(address))
    assert boss.post(address, {"do": "approve"})["Location"] == reverse(
        "bank:product", args=[product.id]
    )
    assert version_in_force(product.id).id == version.id
    assert "Version 2, in force" in text(bo.get(reverse("bank:product", args=[product.id])))


def test_the_form_gives_back_the_table_it_was_given(
    people: People, product: Product, bo: Client
) -> None:
    before = in_force(people.bo, people.boss, product).content
    page = bo.get(reverse("bank:product_edit", args=[product.id])).context["form"]
    data: dict[str, Any] = dict(page.terms.initial)
    for row in page.rows:
        data |= {f"{row.prefix}-{name}": value for name, value in row.initial.items()}
    sent(bo, product, "propose", rows=len(page.rows), **data)
    after = ProductVersion.objects.get(product=product, number=3).content
    assert (after.terms, after.automation) == (before.terms, before.automation)
    assert [row.verdict for row in after.table.rows] == [row.verdict for row in before.table.rows]
    assert after.table.rows[0] == before.table.rows[0]


def test_rows_are_added_moved_and_removed_and_nothing_typed_is_lost(
    product: Product, bo: Client
) -> None:
    two = approving() | approving(1, score_from="bad", verdict="refer")
    added = sent(bo, product, "add", rows=2, **two).context["form"]
    assert [row.initial.get("score_from") for row in added.rows] == ["600", "bad", None]
    assert not added.errors
    moved = sent(bo, product, "up-1", rows=2, **two).context["form"]
    assert [row.initial["score_from"] for row in moved.rows] == ["bad", "600"]
    left = sent(bo, product, "remove-0", rows=2, **two).context["form"]
    assert [row.initial["score_from"] for row in left.rows] == ["bad"]
    assert left.terms.initial["terms"] == "6, 12, 24"
    assert not ProductVersion.objects.filter(product=product, number=2).exists()


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"score_from": "12"}, "score_from", "outside what there can be"),
        ({"score_from": "many"}, "score_from", "whole number"),
        ({"score_from": "700", "score_to": "600"}, "score_from", "the smaller one"),
        ({"limit": ""}, "limit", "up to which amount"),
        ({"limit": "9,000,000"}, "limit", "outside the product"),
        ({"rate": "4.36"}, "rate", "higher than the one firms are shown"),
        ({"reasons": ["score_too_low"]}, "reasons", "fit what the row does"),
        ({"reasons": []}, "reasons", "at least one reason"),
        ({"verdict": "refer", "reasons": []}, "limit", "Only a row that approves"),
        ({"lowered_how": ""}, "lowered_by", "tick what is meant"),
        ({"signals": []}, "signals", "tick what is meant"),
        ({"signal_strength_to": "4"}, "signal_strength_from", "outside what there can be"),
    ],
)
def test_what_is_wrong_is_said_at_the_cell(
    product: Product, bo: Client, wrong: dict[str, Any], field: str, said: str
) -> None:
    answer = sent(bo, product, "propose", **approving(**wrong))
    form = answer.context["form"]
    assert said in str(form.rows[0].errors[field])
    page = answer.content.decode()
    assert "<title>Error:" in page
    assert "Row 1: " in page
    assert not ProductVersion.objects.filter(product=product, number=2).exists()


def test_terms_are_judged_at_their_field(product: Product, bo: Client) -> None:
    for name, value in {
        "min_amount": "0",
        "terms": "6, six",
        "annual_rate": "36.01",
        "fee": "40,000",
        "approve_up_to": "3,000,001",
        "cooling_off_days": "31",
    }.items():
        form = sent(bo, product, "try", rows=0, **{name: value}).context["form"]
        assert name in form.terms.errors, name


def test_a_draft_is_tried_on_what_people_decided(
    people: People, product: Product, bo: Client
) -> None:
    for outcome, reason in (
        (Outcome.APPROVE, "turnover_supports"),
        (Outcome.DECLINE, "sales_falling"),
        (Outcome.DECLINE, "sales_falling"),
    ):
        case = under_review(people.sara, product)
        decide_application(people.bo, application_id=case.id, outcome=outcome, reasons=[reason])
    (newest, *_rest) = past_cases_of(people.bo, product.id)
    assert newest.outcome is Outcome.DECLINE
    assert newest.inputs.amount_fen == 50_000_000
    assert past_cases_of(people.ben, product.id) == []
    wide: dict[str, Any] = {
        "pd_ppm_to": "",
        "band": [],
        "lowered_how": "",
        "lowered_by": [],
        "signal_strength_to": "",
        "signals_how": "",
        "signals": [],
        "score_from": "300",
    }
    trial = sent(bo, product, "try", **approving(**wide)).context["trial"]
    assert [(line.cases, line.approve, line.changed) for line in trial.lines] == [
        (1, 1, 0),
        (2, 2, 2),
    ]
    assert (trial.cases, trial.changed) == (3, 2)
    page = text(sent(bo, product, "try", **approving(**wide)))
    assert newest.reference in page
    every = sent(bo, product, "try", rows=0).context["trial"]
    assert [line.refer for line in every.lines] == [1, 2]


def test_while_one_waits_no_other_is_written(people: People, product: Product, bo: Client) -> None:
    waiting = proposed(people.boss, product)
    for answer in (
        bo.get(reverse("bank:product_edit", args=[product.id])),
        sent(bo, product, "propose", rows=0),
    ):
        assert answer["Location"] == reverse("bank:product_version", args=[waiting.id])


def test_firms_see_fees_and_the_cost_of_a_year(
    browser_of: BrowserOf, people: People, product: Product
) -> None:
    in_force(
        people.bo,
        people.boss,
        product,
        table=Table((Row({}, Verdict.REFER),)),
        annual_rate_bp=1,
        fee_bp=100,
        cooling_off_days=7,
    )
    page = text(browser_of("sara").get(reverse("sme:products")))
    # 500,000 yuan over 12 months with 5,000 kept back.
    assert "¥5,000, kept back from what is paid out" in page
    assert "1.87% simple, 1.89% compound" in page
    assert "7 days to change your mind" in page


def test_the_list_shows_what_waits(people: People, product: Product, bo: Client) -> None:
    proposed(people.bo, product, table=SOUND)
    page, following = "", "?"
    while product.name not in page:
        assert following, "on no page of the list"
        page = bo.get(reverse("bank:products") + following).content.decode()
        following = "".join(re.findall(r'href="(\?after=[^"]+)"', page)[-1:])
    assert "Waits for a second person" in page.partition(product.name)[2].partition("</tr>")[0]
