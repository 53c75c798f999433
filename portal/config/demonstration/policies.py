"""A policy for each bank of the demonstration: written by its officer, put in force by another."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from django.utils import timezone

from portal.accounts.actors import actor_of_person
from portal.accounts.models import User
from portal.config.demonstration import cast
from portal.core.actor import Actor, Role
from portal.products.approve_product_version import approve_product_version
from portal.products.models import Product, ProductVersion, VersionStatus
from portal.products.policy.table import Cell, Row, Table
from portal.products.policy.vocabulary import Input, Operator, Verdict
from portal.products.propose_product_version import propose_product_version
from portal.products.queries import version_in_force
from portal.products.terms import Automation

GOOD: Final = {Input.BAND: Cell(Operator.ONE_OF, ("A", "B"))}
FAIR: Final = {Input.BAND: Cell(Operator.ONE_OF, ("C",))}
POOR: Final = {Input.BAND: Cell(Operator.ONE_OF, ("E",))}
MOST_FEN: Final = 50_000_000


def put_in_force(bank: cast.Bank, *, bank_id: UUID) -> None:
    """Nothing when the bank has one already; a run that was killed in between is finished."""
    product = Product.objects.get(bank_id=bank_id, name=bank.product)
    if version_in_force(product.id).number > 1:
        return
    waiting = product.versions.filter(status=VersionStatus.PROPOSED).first()
    version = waiting or _proposed(bank, product)
    approve_product_version(_one_of(bank, Role.BANK_APPROVER), version_id=version.id)


def _proposed(bank: cast.Bank, product: Product) -> ProductVersion:
    limit_fen = bank.alone_up_to_fen
    first = version_in_force(product.id).content
    content = replace(
        first,
        terms=replace(first.terms, fee_bp=bank.fee_bp, cooling_off_days=bank.cooling_off_days),
        table=_table(bank),
        automation=Automation(approve_up_to_fen=limit_fen, decline_up_to_fen=limit_fen),
    )
    officer = _one_of(bank, Role.BANK_OFFICER)
    return propose_product_version(officer, product_id=product.id, content=content)


def _one_of(bank: cast.Bank, role: Role) -> Actor:
    person = next(one for one in cast.PEOPLE if (one.place, one.role) == (bank.key, role))
    user = User.objects.get(email=person.email)
    return actor_of_person(user, second_factor_at=timezone.now())


def _table(bank: cast.Bank) -> Table:
    """Approvals for good bands, a refusal for the worst, the rest to an officer."""
    return Table(
        (
            Row(
                {**GOOD, Input.AMOUNT_FEN: Cell(Operator.BELOW, (MOST_FEN + 1,))},
                Verdict.APPROVE,
                limit_fen=MOST_FEN,
                rate_bp=bank.annual_rate_bp,
                reasons=("score_sufficient",),
            ),
            Row(
                {**FAIR, Input.AMOUNT_FEN: Cell(Operator.BELOW, (MOST_FEN // 2 + 1,))},
                Verdict.APPROVE,
                limit_fen=MOST_FEN // 2,
                rate_bp=bank.annual_rate_bp,
                conditions=("quarterly_figures",),
                reasons=("score_sufficient",),
            ),
            Row(POOR, Verdict.DECLINE, reasons=("score_too_low",)),
            Row({}, Verdict.REFER),
        )
    )
