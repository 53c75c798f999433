"""Who acts: a person in one organisation, or the system itself. Passed first to every use case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class OrganisationKind(StrEnum):
    FIRM = "firm"
    BANK = "bank"
    REGULATOR = "regulator"
    OPERATOR = "operator"


class Role(StrEnum):
    FIRM_LEGAL_REPRESENTATIVE = "firm_legal_representative"
    FIRM_FINANCE_OFFICER = "firm_finance_officer"
    FIRM_CLERK = "firm_clerk"
    BANK_OFFICER = "bank_officer"
    BANK_APPROVER = "bank_approver"
    REGULATOR = "regulator"
    OPERATOR = "operator"
    MODEL_DEVELOPER = "model_developer"
    MODEL_VALIDATOR = "model_validator"
    API_APPLICATIONS = "api_applications"
    API_SCORES = "api_scores"


# Given by a token to a bank's system, never to a person.
MACHINE_ROLES = frozenset({Role.API_APPLICATIONS, Role.API_SCORES})


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person with second factor, and the organisation the person acts for now."""

    person_id: UUID
    person_name: str
    organisation_id: UUID | None = None
    organisation_kind: OrganisationKind | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    second_factor_at: datetime | None = None

    @property
    def ref(self) -> str:
        """How the ledger and logs name this actor; never a name or an address."""
        return f"person:{self.person_id}"


@dataclass(frozen=True, slots=True)
class SystemActor:
    """A process acting by itself: a timed job, a worker, a command."""

    name: str

    @property
    def ref(self) -> str:
        return f"system:{self.name}"


SYSTEM = SystemActor("portal")
