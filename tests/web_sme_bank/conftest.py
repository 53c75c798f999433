"""Personas and a product of bank A."""

from __future__ import annotations

import pytest

from portal.products.models import Product
from tests.applications.cases import new_product
from tests.personas import People, at_a_new_firm


@pytest.fixture
def people(people: People, transactional_db: None) -> People:
    """Each test's firm is its own."""
    return at_a_new_firm(people)


@pytest.fixture
def product(people: People, transactional_db: None) -> Product:
    """A product of the bank that bo and boss work for."""
    return new_product(people.bo.organisation_id)
