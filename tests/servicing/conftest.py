"""Movers of money of the test's own, and a bank with an account there."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from tests.clearing.conftest import Clearing, clearing
from tests.ecny.conftest import Operator, operator
from tests.personas import People
from tests.rails.mover import Mover
from tests.servicing.lending import Lending, lending

__all__ = ["clearing", "operator"]


@pytest.fixture
def lender(people: People, operator: Operator, settings: Settings) -> Lending:
    """Over the e-CNY operator."""
    return lending(people, operator, settings)


@pytest.fixture(params=[Operator, Clearing], ids=["ecny", "bank transfer"])
def any_lender(request: pytest.FixtureRequest, people: People, settings: Settings) -> Lending:
    """Over each rail in turn."""
    name = "operator" if request.param is Operator else "clearing"
    mover = request.getfixturevalue(name)
    assert isinstance(mover, Mover)
    return lending(people, mover, settings)
