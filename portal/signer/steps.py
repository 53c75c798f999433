"""The steps the portal asks for: who is coming, why, and from which portal session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils import timezone

from portal.accounts.handover import STEP_LIFETIME, Purpose
from portal.core.errors import NotFound, RuleBroken

_STEP = "SELECT id, person, session_digest, purpose, next, asked_at FROM sign.step WHERE id = %s"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of ``sign.step``, written by the portal and never changed."""

    id: UUID
    person_id: UUID
    session_digest: str
    purpose: Purpose
    next: str
    asked_at: datetime


def step_for(step_id: UUID) -> Step:
    """A step that may still be taken. Refuses (NotFound) an unknown, (RuleBroken) an old one."""
    with connection.cursor() as cursor:
        cursor.execute(_STEP, [step_id])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(code="step_unknown")
    step = Step(row[0], row[1], row[2], Purpose(row[3]), row[4], row[5])
    if step.asked_at + STEP_LIFETIME <= timezone.now():
        raise RuleBroken(code="step_expired")
    return step


def use_once(token: str) -> bool:
    """Spend something that counts once; False when it was spent before, by whomever."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO sign.used (jti) VALUES (%s) ON CONFLICT DO NOTHING", [token])
        return bool(cursor.rowcount == 1)
