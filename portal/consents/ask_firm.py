"""A bank asks a firm to let it use tax data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from stdnum.cn import uscc as uscc_number
from stdnum.exceptions import ValidationError

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.permissions import Permission, require
from portal.consents.asking import Ask, put_request
from portal.consents.ceilings import CEILINGS, check_months, check_purpose, held_to_ceiling
from portal.consents.notices import tell_firm_of_request
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken
from portal.core.months import Month

_INSERT = """
    INSERT INTO sign.ask (id, bank, uscc, purpose, categories, first_month, last_month, days, cuts,
        person, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@transaction.atomic(durable=True)
def ask_firm(  # noqa: PLR0913 (the terms of a request, each by its name)
    actor: Actor,
    *,
    uscc: str,
    purpose: str,
    categories: Sequence[str],
    months: int,
    days: int,
    cut_to_limits: bool = False,
    reason: str = "",
) -> UUID:
    """Put the bank's request before the firm with this USCC, if it is here; the id of the ask.

    ``months`` are the last full ones. What goes beyond the purpose's ceilings is refused
    (RuleBroken, naming rule, asked and limit), or cut to them with ``cut_to_limits``, which the
    firm is shown, as the bank's own ``reason`` is. The bank learns nothing of whether the firm is
    here: the answer is the same.
    Refuses (RuleBroken) a wrong USCC, and a second ask for the purpose while one is waiting.
    """
    require(actor, Permission.CONSENT_ASK)
    bank_id = actor.organisation_id
    if bank_id is None:
        raise NotFound(code="party_missing")
    known = check_purpose(purpose, categories)
    cuts = held_to_ceiling(known, cut=cut_to_limits, months=months, days=days)
    ceiling, newest = CEILINGS[known], Month.of(timezone.now()) - 1
    first = newest - (min(months, ceiling.months) - 1)
    check_months(known, first=first, last=newest, newest=newest)
    number = _checked(uscc)
    _check_none_waiting(bank_id, number, known)
    ask = Ask(
        firm_id=_firm_with(number),
        bank_id=bank_id,
        purpose=known,
        categories=tuple(categories),
        first_month=first,
        last_month=newest,
        days=min(days, ceiling.days),
        storage_days=ceiling.storage_days,
        uses=ceiling.uses,
        person_id=actor.person_id,
        asked_by="bank",
        cuts=cuts,
        reason=reason,
    )
    _put_ask(ask, number)
    if ask.firm_id is not None:
        put_request(ask)
        record(EventKind.CONSENT_REQUESTED, actor=actor.ref, subject=ask.ref, payload=ask.event())
        tell_firm_of_request(ask, firm_id=ask.firm_id)
    return ask.id


def _checked(uscc: str) -> str:
    try:
        return str(uscc_number.validate(uscc.upper()))
    except ValidationError as error:
        raise RuleBroken(
            _("This is not a valid code: check each of the 18 letters and digits."),
            code="uscc_invalid",
        ) from error


def _check_none_waiting(bank_id: UUID, uscc: str, purpose: str) -> None:
    with connection.cursor() as cursor:
        # Two clicks at once: the second looks after the first has committed.
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"ask:{bank_id}:{uscc}:{purpose}"],
        )
        cursor.execute(
            "SELECT FROM sign.ask_state WHERE bank = %s AND uscc = %s AND purpose = %s"
            " AND state = 'pending'",
            [bank_id, uscc, purpose],
        )
        if cursor.fetchone() is not None:
            raise RuleBroken(
                _("You have already asked this firm; the request is waiting for its answer."),
                code="ask_waiting",
            )


def _firm_with(uscc: str) -> UUID | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM sign.firm WHERE uscc = %s", [uscc])
        row = cursor.fetchone()
    return None if row is None else UUID(str(row[0]))


def _put_ask(ask: Ask, uscc: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            [
                ask.id,
                ask.bank_id,
                uscc,
                ask.purpose,
                list(ask.categories),
                ask.first_month.first,
                ask.last_month.first,
                ask.days,
                json.dumps([cut.claims() for cut in ask.cuts]),
                ask.person_id,
                ask.reason,
            ],
        )
