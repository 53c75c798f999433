"""A case of sara's firm at bank A, declined by bo."""

from __future__ import annotations

import pytest

from portal.applications.decide_application import decide_application
from portal.applications.models import LoanApplication
from portal.products.reason_codes import Outcome
from tests.applications.cases import fresh, new_product, under_review
from tests.personas import People


@pytest.fixture
def declined(people: People) -> LoanApplication:
    """Decided on a score, with a note."""
    case = under_review(people.sara, new_product(people.bo.organisation_id))
    decide_application(
        people.bo,
        application_id=case.id,
        outcome=Outcome.DECLINE,
        reasons=["score_too_low", "buyers_concentrated"],
        note_to_firm="Come again in spring.",
    )
    return fresh(case)
