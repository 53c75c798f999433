"""A fetch of several kinds of data that did not bring all of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.utils import timezone

from portal.applications.advance_application import advance_application
from portal.applications.models import LoanApplication
from portal.applications.queries import firm_case_for
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.products.models import Product
from portal.taxdata.models import ImportStatus, TaxImport
from tests.applications.cases import (
    FIRST,
    LAST,
    SYSTEM,
    consent_of,
    consented,
    drafted,
    fetched,
    fresh,
)
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BOTH = ("vat_invoices", "vat_returns")


def returns_came(application: LoanApplication, status: ImportStatus) -> None:
    is_over = status != ImportStatus.RECEIVING
    TaxImport.objects.using("intake").create(
        firm_id=application.firm_id,
        consent_id=consent_of(application),
        category="vat_returns",
        status=status,
        first_month=FIRST.first,
        last_month=LAST.first,
        error="unreachable",
        finished_at=timezone.now() if is_over else None,
    )


@pytest.mark.parametrize(
    ("needed", "returns", "ends"),
    [
        (BOTH[:1], ImportStatus.TIMED_OUT, Status.SCORING),
        (BOTH[:1], ImportStatus.RECEIVING, Status.SCORING),
        (BOTH, ImportStatus.TIMED_OUT, Status.ACTION_REQUIRED),
        (BOTH, ImportStatus.RECEIVING, Status.SUBMITTED),
        (BOTH, ImportStatus.UNAVAILABLE, Status.SCORING),
    ],
)
def test_only_what_the_product_needs_counts(
    people: People,
    product: Product,
    needed: Sequence[str],
    returns: ImportStatus,
    ends: Status,
) -> None:
    Product.objects.using("owner").filter(id=product.id).update(categories=list(needed))
    draft = drafted(people.sara, product)
    consented(people.sara, draft, categories=BOTH)
    application = submit_application(people.sara, application_id=draft.id)
    fetched(application)
    returns_came(application, returns)
    advance_application(SYSTEM, application_id=application.id)
    assert fresh(application).status == ends
    action = firm_case_for(people.sara, application.id).action
    assert (action is not None) is (ends == Status.ACTION_REQUIRED)
    assert action is None or "Nothing was stored" not in str(action.happened)
