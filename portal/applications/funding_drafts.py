"""Steps that use cases about drafts of one funding request share."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import get_language

from portal.applications.access import application_for
from portal.applications.funding_rules import terms_in_common
from portal.applications.models import FundingRequest, LoanApplication
from portal.applications.rules import ProductTerms
from portal.applications.transitions import Status
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import InvalidTransition, NotFound
from portal.products.models import Product

ANSWERS = ("amount_fen", "term_months", "use_of_funds")


@dataclass(frozen=True, slots=True)
class Together:
    """An application, and all that take its answers: itself, and while a draft those beside it."""

    application: LoanApplication
    all: tuple[LoanApplication, ...]

    def terms(self) -> ProductTerms:
        """The bounds that suit all; RuleBroken where nothing does."""
        return terms_of([application.product for application in self.all])


def terms_of(products: Collection[Product]) -> ProductTerms:
    """The bounds that suit all of the products; RuleBroken, naming them, where nothing does."""
    return terms_in_common(
        {
            f"{product.shown_name} ({product.bank.name_in(get_language() or 'en')})": ProductTerms(
                product.min_amount_fen, product.max_amount_fen, tuple(product.terms_months)
            )
            for product in products
        }
    )


def together(actor: Actor, application_id: UUID) -> Together:
    """The application and those beside it, to be read; NotFound unless visible to the actor."""
    application = application_for(actor, application_id)
    mine = LoanApplication.objects.visible_to(actor)
    found = mine.filter(_beside(application)).select_related("product", "bank")
    return Together(application, tuple(found.order_by("created_at", "id")))


def lock_together(actor: Actor, application_id: UUID) -> Together:
    """As ``together``, holding all the rows, in the order in which everybody locks them.

    InvalidTransition (``application_moved``) if it joined another funding request meanwhile.
    """
    seen = application_for(actor, application_id)
    mine = LoanApplication.objects.visible_to(actor)
    locked = mine.filter(_beside(seen)).select_for_update(no_key=True, of=("self",))
    rows = list(locked.select_related("product", "bank", "firm").order_by("id"))
    application = next((row for row in rows if row.id == application_id), None)
    if application is None or application.funding_id != seen.funding_id:
        raise InvalidTransition(code="application_moved")
    return Together(application, tuple(rows))


def lock_starts(actor: Actor) -> UUID:
    """The actor's firm, of which nobody else begins an application until the transaction ends.

    NotFound without a firm. Of two clicks at once the second finds the drafts of the first.
    """
    firm_id = actor.organisation_id
    if actor.organisation_kind is not OrganisationKind.FIRM or firm_id is None:
        raise NotFound(code="firm_not_found")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"start:{firm_id}"]
        )
    return firm_id


def drafts_for(firm_id: UUID, products: Sequence[Product]) -> list[LoanApplication]:
    """The firm's drafts for the products, oldest first, held until the transaction ends."""
    drafts = LoanApplication.objects.filter(
        firm_id=firm_id, product__in=products, status=Status.DRAFT
    )
    # The order in which everybody locks applications.
    locked = list(drafts.select_for_update(no_key=True).order_by("id"))
    return sorted(locked, key=lambda draft: draft.created_at)


def new_draft(funding: FundingRequest, product: Product) -> LoanApplication:
    """A draft without answers."""
    return LoanApplication.objects.create(
        firm_id=funding.firm_id, bank_id=product.bank_id, product=product, funding=funding
    )


def _beside(application: LoanApplication) -> Q:
    itself = Q(id=application.id)
    if application.status != Status.DRAFT:
        return itself
    return itself | Q(funding_id=application.funding_id, status=Status.DRAFT)
