"""Versions of products: two people, one in force, nothing that was proposed ever changes."""

from __future__ import annotations

import hashlib
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from django.db import Error, IntegrityError, connections, transaction
from django.utils import timezone

from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, Refused, RuleBroken
from portal.products.approve_product_version import approve_product_version
from portal.products.models import Product, ProductVersion, VersionStatus
from portal.products.policy.ruling import Alarm
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import Input, Operator, Verdict
from portal.products.propose_product_version import propose_product_version
from portal.products.queries import evaluate_policy, products_to_compare, version_in_force
from portal.products.reject_product_version import reject_product_version
from portal.products.terms import Automation, VersionContent
from portal.products.version_queries import products_of_bank, version_for, versions_of
from tests.applications.cases import new_product
from tests.personas import People
from tests.products.tables import GOOD, POOR
from tests.products.versions import content_for, in_force, proposed

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def product(people: People) -> Product:
    return new_product(people.bo.organisation_id)


def statuses(product: Product) -> dict[int, str]:
    return dict(ProductVersion.objects.filter(product=product).values_list("number", "status"))


def test_a_new_product_refers_every_case(product: Product) -> None:
    answer = evaluate_policy(version_in_force(product.id), GOOD)
    assert (answer.ruling.verdict, answer.is_automatic) == (Verdict.REFER, False)
    assert answer.ruling.alarm is None


def test_the_second_person_puts_it_in_force_and_the_product_shows_it(
    people: People, product: Product
) -> None:
    terms = {"max_amount_fen": 90_000_000, "annual_rate_bp": 480, "fee_bp": 50}
    version = in_force(people.bo, people.boss, product, terms_months=(12, 6), **terms)
    product.refresh_from_db()
    assert (product.max_amount_fen, product.annual_rate_bp) == (90_000_000, 480)
    assert product.terms_months == [6, 12]
    assert statuses(product) == {1: VersionStatus.RETIRED, 2: VersionStatus.IN_FORCE}
    assert version_in_force(product.id).id == version.id
    (offer,) = [
        one for one in products_to_compare(size=10_000).rows if one.product.id == product.id
    ]
    assert offer.example_fees_fen == 250_000
    assert offer.percentage.nominal_bp > 480


def test_the_policy_acts_within_the_banks_limits_only(people: People, product: Product) -> None:
    version = in_force(people.bo, people.boss, product)
    acting = {
        amount: evaluate_policy(version, replace(GOOD, amount_fen=amount)).is_automatic
        for amount in (50_000_000, 50_000_001)
    }
    assert acting == {50_000_000: True, 50_000_001: False}
    assert not evaluate_policy(version, POOR).is_automatic
    small = evaluate_policy(version, replace(POOR, amount_fen=20_000_000))
    assert (small.ruling.verdict, small.is_automatic) == (Verdict.DECLINE, True)


def test_the_proposer_does_not_decide_even_as_approver(people: People, product: Product) -> None:
    version = proposed(people.boss, product)
    for decide in (approve_product_version, reject_product_version):
        with pytest.raises(NotAllowed) as refusal:
            decide(people.boss, version_id=version.id)
        assert refusal.value.code == "own_proposal"
    assert statuses(product)[2] == VersionStatus.PROPOSED


def test_the_database_knows_four_eyes_too(people: People, product: Product) -> None:
    version = proposed(people.boss, product)
    for alias in ("default", "owner"):
        waiting = ProductVersion.objects.using(alias).filter(id=version.id)
        decided: dict[str, Any] = {"status": "in_force", "decided_at": timezone.now()}
        for who in (people.boss.person_id, None):
            with pytest.raises(IntegrityError), transaction.atomic(using=alias):
                waiting.update(**decided, decided_by=who)


@pytest.mark.parametrize(
    "change",
    [
        {"document": {}},
        {"sha256": "0" * 64},
        {"number": 9},
        {"status": "proposed"},
        {"proposed_by": None},
    ],
)
def test_what_was_proposed_never_changes(
    people: People, product: Product, change: dict[str, Any]
) -> None:
    version = in_force(people.bo, people.boss, product)
    for alias in ("default", "owner"):
        with pytest.raises(Error), transaction.atomic(using=alias):
            ProductVersion.objects.using(alias).filter(id=version.id).update(**change)
    with pytest.raises(Error), transaction.atomic(using="owner"):
        ProductVersion.objects.using("owner").filter(id=version.id).delete()


def test_a_first_version_may_not_decide_by_itself(people: People, product: Product) -> None:
    deciding = content_for(product).document(product_ref=product.ref, number=1)
    first = ProductVersion(product=product, number=1, document=deciding, status="in_force")
    with pytest.raises(IntegrityError, match="version_four_eyes"):
        first.save(using="owner", force_insert=True)


def test_one_version_waits_at_a_time_and_is_decided_once(people: People, product: Product) -> None:
    version = proposed(people.bo, product)
    with pytest.raises(RuleBroken, match="waits"):
        proposed(people.boss, product)
    reject_product_version(people.boss, version_id=version.id)
    for decide in (approve_product_version, reject_product_version):
        with pytest.raises(InvalidTransition):
            decide(people.boss, version_id=version.id)
    assert proposed(people.boss, product).number == 3


def test_two_decisions_at_once_leave_one(people: People, product: Product) -> None:
    version, barrier = proposed(people.bo, product), Barrier(2)

    def decide(act: Any) -> str:
        barrier.wait()
        try:
            return str(act(people.boss, version_id=version.id).status)
        except InvalidTransition:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(decide, (approve_product_version, reject_product_version)))
    assert ends.count("refused") == 1
    assert statuses(product)[2] in ends


@pytest.mark.parametrize(
    ("who", "refusal"), [("ben", NotFound), ("rita", NotAllowed), ("sara", NotAllowed)]
)
def test_nobody_else_proposes_decides_or_reads(
    people: People, product: Product, who: str, refusal: type[Refused]
) -> None:
    version, stranger = proposed(people.bo, product), getattr(people, who)
    content = content_for(product)
    for act in (
        lambda: propose_product_version(stranger, product_id=product.id, content=content),
        lambda: versions_of(stranger, product.id),
        lambda: version_for(stranger, version.id),
    ):
        with pytest.raises(refusal):
            act()
    for decide in (approve_product_version, reject_product_version):
        with pytest.raises((NotAllowed, NotFound)):
            decide(stranger, version_id=version.id)


def test_another_banks_approver_finds_nothing(people: People, product: Product) -> None:
    version = proposed(people.bo, product)
    stranger: Actor = replace(people.boss, organisation_id=people.ben.organisation_id)
    with pytest.raises(NotFound):
        approve_product_version(stranger, version_id=version.id)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"min_amount_fen": 0}, "amounts_out_of_order"),
        ({"max_amount_fen": 10**14}, "terms_too_large"),
        ({"terms_months": (121,)}, "terms_too_large"),
        ({"terms_months": (6, 6)}, "terms_repeated"),
        ({"annual_rate_bp": 3601}, "rate_implausible"),
        ({"categories": ("vat_invoices", "vat_returns")}, "categories_changed"),
        ({"cooling_off_days": 31}, "cooling_off_implausible"),
        ({"fee_bp": -1}, "fees_implausible"),
        ({"fee_fen": 5_000_000}, "fees_implausible"),
        ({"fee_fen": 700_000}, "fees_implausible"),
        ({"annual_rate_bp": 434}, "policy_broken"),
        ({"max_amount_fen": 49_999_999}, "automation_out_of_range"),
    ],
)
def test_terms_that_no_firm_could_be_shown(
    people: People, product: Product, wrong: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleBroken) as refusal:
        proposed(people.bo, product, **wrong)
    assert refusal.value.code == code


def test_a_policy_with_a_flaw_is_not_proposed(people: People, product: Product) -> None:
    flawed = Row({Input.SCORE: Cell(Operator.BELOW, (12,))}, Verdict.REFER)
    with pytest.raises(RuleBroken, match="row 1"):
        proposed(people.bo, product, table=Table((flawed,)))


def test_an_altered_document_is_neither_run_nor_put_in_force(
    people: People, product: Product, caplog: pytest.LogCaptureFixture
) -> None:
    version = in_force(people.bo, people.boss, product)
    version.document["automation"]["approve_up_to_fen"] = 10**12
    with caplog.at_level(logging.ERROR):
        answer = evaluate_policy(version, GOOD)
    assert (answer.ruling.verdict, answer.ruling.alarm) == (Verdict.REFER, Alarm.POLICY_CHANGED)
    assert not answer.is_automatic
    assert "policy_changed" in caplog.text


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"rows": []},
        {"rows": [], "automation": {"approve_up_to_fen": "1"}},
        {"a": 0.5},
    ],
)
def test_a_document_that_nobody_agreed_on_is_not_run_even_with_a_hash(document: Any) -> None:
    text = json.dumps(document, separators=(",", ":")).encode()
    version = ProductVersion(document=document, sha256=hashlib.sha256(text).hexdigest())
    answer = evaluate_policy(version, GOOD)
    assert (answer.ruling.alarm, answer.is_automatic) == (Alarm.POLICY_CHANGED, False)


def test_what_is_stored_reads_back_the_same(people: People, product: Product) -> None:
    content = replace(content_for(product), automation=Automation(1, 2))
    made = propose_product_version(people.bo, product_id=product.id, content=content)
    made.refresh_from_db()
    assert made.content == content == VersionContent.of(made.document)


def test_the_list_takes_two_queries_however_long(
    people: People, product: Product, django_assert_num_queries: Any
) -> None:
    for _ in range(2):
        proposed(people.bo, new_product(people.bo.organisation_id))
    with django_assert_num_queries(2):
        assert len(products_of_bank(people.bo).rows) >= 3
