"""A firm answers, or changes, a question of its draft."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.funding_drafts import ANSWERS, lock_together
from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition


@transaction.atomic(durable=True)
def update_terms(
    actor: Actor,
    *,
    application_id: UUID,
    amount_fen: int | None = None,
    term_months: int | None = None,
    use_of_funds: str | None = None,
) -> LoanApplication:
    """Keep the answers that are given, also in the drafts to other banks beside this one.

    The others stay as they are. What was sent and stopped is changed alone. NotAllowed for a
    read-only role, NotFound for another firm's application, InvalidTransition when it is with the
    bank, RuleBroken for an answer outside the bounds of one of the products.
    """
    require(actor, Permission.APPLICATION_EDIT)
    found = lock_together(actor, application_id)
    if not found.application.is_firms_to_send:
        raise InvalidTransition(
            _("An application that was sent cannot be changed."),
            code="application_sent",
        )
    terms = found.terms()
    answers: dict[str, int | str] = {}
    if amount_fen is not None:
        rules.check_amount(amount_fen, terms)
        answers["amount_fen"] = amount_fen
    if term_months is not None:
        rules.check_term(term_months, terms)
        answers["term_months"] = term_months
    if use_of_funds is not None:
        rules.check_use_of_funds(use_of_funds)
        answers["use_of_funds"] = use_of_funds.strip()
    for application in found.all:
        for name, answer in answers.items():
            setattr(application, name, answer)
        application.save(update_fields=ANSWERS)
    return found.application
