"""Decisions of quarters long past, written where use cases write them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import connections, transaction

from portal.accounts.models import Organisation
from portal.applications.models import Decision, FundingRequest, LoanApplication
from portal.consents.mandates import note_industry
from portal.core.actor import Actor, OrganisationKind, Role
from portal.products.models import Product
from scoring.models import Score
from tests.applications.cases import new_product
from tests.modelwatch.months import new_model, score_of
from tests.personas import invited, new_bank

OLD = date(2019, 4, 1)
BEIJING, GUANGDONG, SICHUAN, TIBET, NOWHERE = "11", "44", "51", "54", "99"


@dataclass(frozen=True)
class Planted:
    """One decision; ``verdict`` is what the policy had said."""

    region: str = GUANGDONG
    size: str = "small"
    outcome: str = "approve"
    verdict: str | None = None
    points: int = 9
    day: date = OLD + timedelta(days=40)
    hour_utc: int = 4
    firm: UUID = field(default_factory=uuid4)


def firm_in(section: str) -> UUID:
    """A firm whose industry the authority stated with an assertion."""
    uscc, person = f"91{NOWHERE}0000{secrets.token_hex(5).upper()}", uuid4()
    stated = (person, uscc, "Planted Demo Firm", "演示公司", str(person), "clerk")
    with transaction.atomic(using="signer"):
        with connections["signer"].cursor() as cursor:
            cursor.execute(
                "SELECT firm FROM sign.record_mandate(%s, %s, %s, %s, %s, %s, 365)", stated
            )
            ((firm,),) = cursor.fetchall()
        note_industry(firm, section, using="signer")
    return UUID(str(firm))


def new_bank_officer() -> Actor:
    """Of a bank of this test's own: what is counted for it is known."""
    return invited("fay", new_bank("Even Demo Bank", "均等演示银行").id, Role.BANK_OFFICER)


def plant(officer: Actor, planted: Iterable[Planted]) -> None:
    """Firms, scores and decisions at the officer's bank."""
    bank, model = officer.organisation_id, new_model()
    assert bank is not None
    product = new_product(bank)
    for one in planted:
        score = score_of(
            bank=bank,
            model=model,
            at=date(2019, 3, 1),
            points={"buyers": one.points},
            firm=one.firm,
        )
        score.firm_size = one.size
        score.save(using="scorer", force_insert=True)
        decide(officer, product, one, score)


def decide(officer: Actor, product: Product, one: Planted, score: Score) -> None:
    """As `write_decision` leaves it, on a day of long ago."""
    Organisation.objects.get_or_create(
        id=one.firm,
        defaults={
            "kind": OrganisationKind.FIRM,
            "name": "Planted Demo Firm",
            "name_zh": "演示公司",
            "uscc": f"91{one.region}0000{secrets.token_hex(5).upper()}",
        },
    )
    application = LoanApplication.objects.create(
        firm_id=one.firm,
        bank_id=score.bank_id,
        product=product,
        funding=FundingRequest.objects.create(firm_id=one.firm),
        status="withdrawn",
    )
    verdict = one.verdict
    Decision.objects.create(
        application=application,
        outcome=one.outcome,
        reasons=["planted"],
        terms={} if one.outcome == "approve" else None,
        amount_fen=1,
        alone_fen=1,
        decided_by=officer.person_id,
        inputs={
            "score": {"id": str(score.id), "value": score.value},
            "policy": verdict and {"answer": {"verdict": verdict}},
        },
        decided_at=datetime(one.day.year, one.day.month, one.day.day, one.hour_utc, tzinfo=UTC),
    )
