"""What pages and use cases read of a bank's desk: its settings, its officers, their load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone

from portal.accounts.models import Membership, User
from portal.accounts.permissions import PERMISSIONS, Permission, require
from portal.applications.models import Desk, Document, LoanApplication, Note, Question
from portal.applications.transitions import UNDECIDED
from portal.core.actor import Actor
from portal.products.models import Product


@dataclass(frozen=True, slots=True)
class Load:
    """Undecided cases of one officer; ``officer`` is None for those that nobody has."""

    officer: User | None
    cases: int
    overdue: int
    oldest: datetime | None


def desk_of(bank_id: UUID) -> Desk:
    """The bank's own settings; the defaults where it set none."""
    return Desk.objects.filter(bank_id=bank_id).first() or Desk(bank_id=bank_id)


def working_days_of(bank_id: UUID) -> int:
    """In how many working days the bank means to decide a case."""
    return desk_of(bank_id).working_days


def officers_of(bank_id: UUID) -> list[User]:
    """Everybody who may work on the bank's cases now, by name."""
    working = [role for role, may in PERMISSIONS.items() if Permission.CASE_WORK in may]
    members = Membership.objects.live().filter(
        organisation_id=bank_id, role__in=working, user__is_active=True
    )
    found = User.objects.filter(id__in=members.values("user_id"))
    return list(found.order_by("real_name", "id"))


def products_of(actor: Actor) -> list[Product]:
    """The products of the actor's bank, by name, also those that are offered no longer."""
    require(actor, Permission.CASE_VIEW)
    return list(Product.objects.filter(bank_id=actor.organisation_id).order_by("name", "id"))


def team_load(actor: Actor) -> list[Load]:
    """Each officer's undecided cases, then those that nobody has, in two queries.

    NotAllowed for anybody but the bank's staff.
    """
    require(actor, Permission.CASE_VIEW)
    if actor.organisation_id is None:
        return []
    officers = {user.id: user for user in officers_of(actor.organisation_id)}
    open_cases = LoanApplication.objects.visible_to(actor).filter(status__in=list(UNDECIDED))
    late = Q(due_at__lte=timezone.now(), clock_stopped_at__isnull=True)
    counted = (
        open_cases.order_by()
        .values("assigned_to")
        .annotate(cases=Count("id"), late=Count("id", filter=late), oldest=Min("submitted_at"))
    )
    found = {row["assigned_to"]: row for row in counted}
    gone = User.objects.in_bulk([who for who in found if who and who not in officers])
    people: list[User | None] = [*officers.values(), *gone.values(), None]
    return [_load(person, found.get(person.id if person else None)) for person in people]


def notes_of(actor: Actor, application_id: UUID) -> list[Note]:
    """The notes on a case, newest first; nothing for anybody but the bank's staff."""
    require(actor, Permission.CASE_VIEW)
    cases = LoanApplication.objects.visible_to(actor).filter(id=application_id)
    found = Note.objects.filter(application_id__in=cases.values("id"))
    return list(found.select_related("author").order_by("-written_at", "id"))


def questions_of(actor: Actor, application_id: UUID) -> list[Question]:
    """The questions about a case, oldest first, for its bank and its firm; nothing for others."""
    cases = LoanApplication.objects.visible_to(actor).filter(id=application_id)
    found = Question.objects.filter(application_id__in=cases.values("id"))
    return list(found.select_related("asked_by", "answered_by").order_by("asked_at", "id"))


def documents_of(actor: Actor, application_id: UUID) -> list[Document]:
    """The documents of a case, oldest first, for its bank and its firm; nothing for others."""
    cases = LoanApplication.objects.visible_to(actor).filter(id=application_id)
    found = Document.objects.filter(application_id__in=cases.values("id"))
    return list(found.order_by("added_at", "id"))


def _load(officer: User | None, row: dict[str, object] | None) -> Load:
    if row is None:
        return Load(officer=officer, cases=0, overdue=0, oldest=None)
    return Load(officer, int(str(row["cases"])), int(str(row["late"])), row["oldest"])  # type: ignore[arg-type]
