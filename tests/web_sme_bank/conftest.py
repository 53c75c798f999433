"""Personas and a product of bank A."""

from __future__ import annotations

import pytest

from portal.products.models import Product
from tests.applications.cases import new_product
from tests.personas import People


@pytest.fixture
def product(people: People, transactional_db: None) -> Product:
    """A product of the bank that bo and boss work for."""
    return new_product(people.bo.organisation_id)
