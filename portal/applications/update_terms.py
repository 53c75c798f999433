"""A firm answers, or changes, a question of its draft."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.permissions import Permission, require
from portal.applications import rules
from portal.applications.access import lock_application
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
    """Keep the answers that are given; the others stay as they are.

    NotAllowed for a read-only role, NotFound for another firm's application, InvalidTransition
    when it is with the bank, RuleBroken for an answer outside the product's bounds.
    """
    require(actor, Permission.APPLICATION_EDIT)
    application = lock_application(actor, application_id)
    if not application.is_firms_to_send:
        raise InvalidTransition(
            _("An application that was sent cannot be changed."),
            code="application_sent",
        )
    terms = application.product_terms()
    if amount_fen is not None:
        rules.check_amount(amount_fen, terms)
        application.amount_fen = amount_fen
    if term_months is not None:
        rules.check_term(term_months, terms)
        application.term_months = term_months
    if use_of_funds is not None:
        rules.check_use_of_funds(use_of_funds)
        application.use_of_funds = use_of_funds.strip()
    application.save(update_fields=["amount_fen", "term_months", "use_of_funds"])
    return application
