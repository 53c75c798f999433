"""Who may put a product on the shelf, and which ones are refused."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from portal.core.actor import SystemActor
from portal.core.errors import NotAllowed, NotFound, Refused, RuleBroken
from portal.products.create_product import create_product
from portal.products.models import Product
from portal.products.queries import product_for, products_to_compare
from portal.products.rules import ProductBounds, ProductTexts
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
TEXTS = ProductTexts("Spring Loan", "春耕贷", "For seed and tools.", "用于购置种子和农具。")
BOUNDS = ProductBounds(1_000_000, 50_000_000, (6, 12), 435)
COMMAND = SystemActor("create_product")


@pytest.fixture
def bank_id(people: People) -> UUID:
    assert people.bo.organisation_id is not None
    return people.bo.organisation_id


def named() -> ProductTexts:
    return replace(TEXTS, name=f"Spring Loan {uuid4().hex[:8]}")


def test_a_product_is_made_once_under_its_name(bank_id: UUID) -> None:
    texts = named()
    first = create_product(COMMAND, bank_id=bank_id, texts=texts, bounds=BOUNDS)
    again = create_product(
        COMMAND, bank_id=bank_id, texts=texts, bounds=replace(BOUNDS, annual_rate_bp=900)
    )
    assert (again.id, again.annual_rate_bp) == (first.id, 435)


@pytest.mark.parametrize(
    ("who", "refusal"), [("bo", NotAllowed), ("rita", NotAllowed), ("sara", NotFound)]
)
def test_only_the_operator(people: People, bank_id: UUID, who: str, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        create_product(getattr(people, who), bank_id=bank_id, texts=named(), bounds=BOUNDS)
    create_product(people.olga, bank_id=bank_id, texts=named(), bounds=BOUNDS)


def test_only_for_a_bank(people: People) -> None:
    for stranger in (uuid4(), people.sara.organisation_id):
        assert stranger is not None
        with pytest.raises(NotFound):
            create_product(COMMAND, bank_id=stranger, texts=named(), bounds=BOUNDS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"min_amount_fen": 0},
        {"max_amount_fen": 999_999},
        {"terms_months": ()},
        {"terms_months": (0, 12)},
        {"annual_rate_bp": 0},
        {"annual_rate_bp": 3601},
        {"months_needed": 12},
        {"months_needed": 25},
    ],
)
def test_bounds_out_of_order_are_refused(bank_id: UUID, wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        create_product(COMMAND, bank_id=bank_id, texts=named(), bounds=replace(BOUNDS, **wrong))


def test_the_database_refuses_them_too(bank_id: UUID) -> None:
    made = create_product(COMMAND, bank_id=bank_id, texts=named(), bounds=BOUNDS)
    made.id, made.name, made.annual_rate_bp = uuid4(), named().name, 9999
    with pytest.raises(IntegrityError, match="product_rate_plausible"):
        made.save(force_insert=True)


@pytest.mark.parametrize("months", [12, 23, 25])
def test_the_database_refuses_months_that_no_score_looks_at(bank_id: UUID, months: int) -> None:
    made = create_product(COMMAND, bank_id=bank_id, texts=named(), bounds=BOUNDS)
    made.id, made.name, made.months_needed = uuid4(), named().name, months
    with pytest.raises(IntegrityError, match="product_months_are_scored"):
        made.save(force_insert=True)


def test_a_retired_product_is_not_offered(bank_id: UUID) -> None:
    made = create_product(COMMAND, bank_id=bank_id, texts=named(), bounds=BOUNDS)
    assert made.id in {offer.product.id for offer in products_to_compare(size=10_000).rows}
    Product.objects.using("owner").filter(id=made.id).update(is_active=False)
    assert made.id not in {offer.product.id for offer in products_to_compare(size=10_000).rows}
    with pytest.raises(NotFound):
        product_for(made.id)


def test_the_command_prints_the_products_id(bank_id: UUID) -> None:
    said = io.StringIO()
    asked = {
        "bank": bank_id,
        "name": named().name,
        "name_zh": "春耕贷",
        "summary": "For seed.",
        "summary_zh": "用于购置种子。",
        "from_yuan": 1_000_000,
        "to_yuan": 9_000_000,
        "terms": [6, 12],
        "rate_bp": 435,
    }
    call_command("create_product", **asked, stdout=said)
    assert product_for(UUID(said.getvalue().strip())).max_amount_fen == 9_000_000
    with pytest.raises(CommandError, match="no such bank"):
        call_command("create_product", **{**asked, "bank": uuid4()})
