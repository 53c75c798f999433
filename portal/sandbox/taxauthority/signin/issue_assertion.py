"""Stating, under the authority's signature, who a person is and in which role for which firm."""

from __future__ import annotations

import time
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from portal.core.errors import NotAllowed
from portal.core.wire import Typ, sign
from portal.sandbox.taxauthority.keys import own_key
from portal.sandbox.taxauthority.models import Firm, IssuedAssertion, Mandate, Person, Role
from portal.sandbox.taxauthority.serving.consent import mandates_in_force
from portal.sandbox.taxauthority.store.mandates import hold_mandates

VALID_SECONDS = 120
_RANK = Case(
    *(When(role=role, then=Value(rank)) for rank, role in enumerate(Role.values)),
    output_field=IntegerField(),
)


def firms_of(person: Person) -> list[Firm]:
    """Firms for which the person may act today."""
    held = mandates_in_force(timezone.now()).filter(person=person)
    return list(Firm.objects.filter(id__in=held.values("firm")).order_by("name"))


@transaction.atomic(durable=True)
def issue_assertion(person: Person, *, uscc: str, nonce: str) -> str:
    """A signed assertion for the asking side; refuses (no_mandate) a firm that isn't the person's.

    A person with several roles in a firm is named in the highest one.
    """
    hold_mandates()
    mandate = (
        mandates_in_force(timezone.now())
        .filter(person=person, firm__uscc=uscc)
        .order_by(_RANK)
        .select_related("firm")
        .first()
    )
    if mandate is None:
        raise NotAllowed("You are not registered to act for this firm.", code="no_mandate")
    issued = IssuedAssertion.objects.create(person=person, firm=mandate.firm, role=mandate.role)
    return sign(
        _claims(person, mandate, jti=issued.jti, nonce=nonce), typ=Typ.ASSERTION, key=own_key()
    )


def _claims(
    person: Person, mandate: Mandate, *, jti: uuid.UUID, nonce: str
) -> dict[str, str | int]:
    now = int(time.time())
    industry = mandate.firm.industry
    stated: dict[str, str | int] = {"industry": industry} if industry else {}
    return stated | {
        "iss": settings.ISSUER,
        "aud": settings.ASSERTION_AUDIENCE,
        "iat": now,
        "exp": now + VALID_SECONDS,
        "jti": str(jti),
        "nonce": nonce,
        "person": str(person.id),
        "person_name": person.name,
        "role": mandate.role,
        "uscc": mandate.firm.uscc,
        "firm_name": mandate.firm.name,
        "firm_name_zh": mandate.firm.name_zh,
    }
