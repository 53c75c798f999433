"""Systems of banks with their tokens, and a case of bank A."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.accounts.api_token_models import Scope
from portal.accounts.create_api_token import NewToken, create_api_token
from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.core.actor import Actor, Role
from portal.products.reason_codes import Outcome
from tests.applications.cases import fresh, new_product, under_review
from tests.personas import People, invited

Ask = Callable[..., Any]


@pytest.fixture
def token(people: People) -> NewToken:
    """Of bank A, for everything that there is."""
    return token_of(people.boss)


@pytest.fixture
def system(token: NewToken) -> Ask:
    """Bank A's system."""
    return asking_with(token.secret)


@pytest.fixture
def stranger(people: People) -> Ask:
    """Bank B's system."""
    assert people.ben.organisation_id is not None
    manager = invited("bea", people.ben.organisation_id, Role.BANK_APPROVER)
    return asking_with(token_of(manager).secret)


@pytest.fixture
def case(people: People) -> LoanApplication:
    """Scored, before bank A."""
    return under_review(people.sara, new_product(people.bo.organisation_id))


@pytest.fixture
def declined(people: People, case: LoanApplication) -> LoanApplication:
    """Decided by bo."""
    decide_application(
        people.bo, application_id=case.id, outcome=Outcome.DECLINE, reasons=["score_too_low"]
    )
    return fresh(case)


def token_of(manager: Actor, *scopes: Scope) -> NewToken:
    return create_api_token(manager, name="Loan register", scopes=scopes or tuple(Scope), days=30)


def asking_with(secret: str, client: Client | None = None) -> Ask:
    """A function that gets an address of the API with this token."""
    browser = client or Client()

    def ask(path: str = "", **query: str) -> Any:
        headers = {"Authorization": f"Bearer {secret}"}
        return browser.get(f"/api/v1/applications/{path}", query, headers=headers)

    return ask
