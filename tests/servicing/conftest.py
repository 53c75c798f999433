"""An operator of the test's own, and a bank with an account there."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.ecny.conftest import Operator, operator
from tests.personas import People
from tests.servicing.lending import Lending, lending

__all__ = ["operator"]


@pytest.fixture
def lender(people: People, operator: Operator, settings: Settings, tmp_path: Path) -> Lending:
    return lending(people, operator, settings, tmp_path)
