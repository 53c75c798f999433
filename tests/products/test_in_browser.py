"""The pages of products and policies in a real browser, and a version written with its buttons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.products.models import Product, ProductVersion
from portal.products.queries import version_in_force
from tests.applications.cases import new_product
from tests.browser.site import Watched
from tests.personas import People
from tests.products.versions import in_force, proposed
from tests.web_sme_bank.test_in_browser import Shot, look_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def shots(people: People, language: str) -> list[Shot]:
    """Each page in one language: the form, of a policy with every kind of cell, in the longer."""
    if language == "en":
        ruled = in_force(people.bo, people.boss, new_product(people.bo.organisation_id))
        return [
            Shot("boss", "products", reverse("bank:products")),
            Shot("boss", "policy_edit", reverse("bank:product_edit", args=[ruled.product_id])),
        ]
    waiting = proposed(people.bo, new_product(people.bo.organisation_id), fee_bp=50)
    return [
        Shot("boss", "product", reverse("bank:product", args=[waiting.product_id])),
        Shot("boss", "version", reverse("bank:product_version", args=[waiting.id])),
    ]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_product_pages_are_clean(
    opened: Callable[..., Watched], people: People, language: str
) -> None:
    pages = shots(people, language)
    watched = opened(pages[0].path, who="boss", language=language)
    for shot in pages:
        look_at(watched, shot, language)
    assert watched.complaints == []


def test_a_version_is_written_by_hand(opened: Callable[..., Watched], people: People) -> None:
    product: Product = new_product(people.bo.organisation_id)
    page = opened(reverse("bank:product", args=[product.id]), who="bo", language="en").page
    page.get_by_role("link", name="Write a new version").click()
    page.get_by_role("button", name="Add a row").click()
    row = page.get_by_role("region", name="Row 1")
    row.get_by_role("group", name="Score", exact=True).get_by_label("from").fill("12")
    row.get_by_label("Outcome of the row").select_option("Decline")
    row.get_by_label("The score is below the product's bar").check()
    page.get_by_role("button", name="Propose this version").click()
    expect(page.get_by_role("alert")).to_contain_text("Row 1: This value lies outside")
    row.get_by_role("group", name="Score", exact=True).get_by_label("from").fill("")
    row.get_by_role("group", name="Score", exact=True).get_by_label("up to").fill("420")
    page.get_by_role("button", name="Propose this version").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("version 2")
    expect(page.get_by_text("Score: up to 420")).to_be_visible()
    assert ProductVersion.objects.get(product=product, number=2).proposed_by == people.bo.person_id
    assert version_in_force(product.id).number == 1
