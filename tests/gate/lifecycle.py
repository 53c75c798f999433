"""Consents as they should be: a small model that the state machine holds against the gate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from portal.consents.mandates import record_mandate
from portal.consents.transitions import STANDING, STOPPABLE
from portal.consents.transitions import ConsentState as State
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.months import Month
from tests.gate.parties import FIRST, LAST, Parties, new_parties
from tests.personas import new_uscc

SPANS: Final = ((FIRST, LAST), (FIRST, FIRST), (FIRST + 2, LAST - 1), (LAST - 3, LAST))


@dataclass
class Asked:
    """A request and how it was answered."""

    firm: UUID
    bank: UUID
    span: tuple[Month, Month]
    supersedes: UUID | None
    is_pending: bool = True


@dataclass
class Expected:
    """One consent: whose, for whom, over which months, in which state, and what the ledger says."""

    firm: UUID
    bank: UUID
    span: tuple[Month, Month]
    state: State = State.ACTIVE
    uses: int = 0
    kinds: list[str] = field(default_factory=lambda: ["consent.granted"])

    @property
    def is_stoppable(self) -> bool:
        return self.state in STOPPABLE

    @property
    def is_standing(self) -> bool:
        return self.state in STANDING

    def becomes(self, state: State, kind: str = "") -> None:
        """A move, and the entry it leaves."""
        self.state = state
        if kind:
            self.kinds.append(kind)


@dataclass(frozen=True, slots=True)
class Cast:
    """Two firms, two banks, three people: an owner of each firm, and a clerk of the first."""

    first: Parties
    second: Parties
    clerk: Actor

    @property
    def owners(self) -> tuple[Actor, Actor]:
        return self.first.actor, self.second.actor

    @property
    def firms(self) -> tuple[UUID, UUID]:
        return self.first.firm_id, self.second.firm_id

    @property
    def banks(self) -> tuple[UUID, UUID]:
        return self.first.bank_id, self.second.bank_id


def new_cast() -> Cast:
    """All of them new, with their mandates as the tax authority stated them."""
    uscc = new_uscc()
    first, second, clerk_id = new_parties(uscc=uscc), new_parties(), uuid4()
    with transaction.atomic(using="signer"):
        record_mandate(
            person_id=clerk_id,
            uscc=uscc,
            name="Demo Firm",
            name_zh="演示企业",
            authority_person=f"authority-{clerk_id}",
            role="clerk",
            using="signer",
        )
    roles = frozenset({Role.FIRM_CLERK})
    return Cast(first, second, replace(first.actor, person_id=clerk_id, roles=roles))


def officer_of(bank_id: UUID) -> Actor:
    """Somebody who works for the bank."""
    return Actor(
        person_id=uuid4(),
        person_name="Bo Demo",
        organisation_id=bank_id,
        organisation_kind=OrganisationKind.BANK,
        roles=frozenset({Role.BANK_OFFICER}),
        second_factor_at=datetime.now(UTC),
    )
