"""Personas and a product of bank A."""

from __future__ import annotations

import pytest

from portal.products.models import Product
from tests.applications.cases import new_product
from tests.personas import People, new_bank


@pytest.fixture
def product(people: People, transactional_db: None) -> Product:
    """A product of the bank that bo and boss work for."""
    return new_product(people.bo.organisation_id)


@pytest.fixture
def strange_product(people: People, transactional_db: None) -> Product:
    """A product of a bank that no firm has let in: whoever applies has to be asked."""
    return new_product(new_bank("Ferry Demo Bank", "渡口演示银行").id)
