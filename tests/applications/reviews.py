"""Cases that the policy declined alone, and those whose firm then asked for a person."""

from __future__ import annotations

from portal.applications.ask_review import ask_review
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status
from portal.products.models import Product
from portal.products.policy.table import Row, Table
from portal.products.policy.vocabulary import Verdict
from tests.applications.cases import fresh, new_product, passed_on
from tests.personas import People
from tests.products.versions import in_force

STRICT = Row({}, Verdict.DECLINE, reasons=("sales_falling",))
SMALL_FEN = 20_000_000


def strict_product(people: People) -> Product:
    """Its policy declines whatever is asked for, up to ``SMALL_FEN`` by itself."""
    made = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, made, table=Table((STRICT,)))
    return made


def declined_alone(people: People) -> LoanApplication:
    """By the policy, and by nobody else."""
    case = passed_on(people.sara, strict_product(people), amount_fen=SMALL_FEN)
    assert case.status == Status.DECLINED
    return case


def before_a_person(people: People, note: str = "") -> LoanApplication:
    """Declined by the policy; the firm asked for a person."""
    case = declined_alone(people)
    ask_review(people.sara, application_id=case.id, note=note)
    return fresh(case)
