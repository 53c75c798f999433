"""A loan product of a bank."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone, translation

from portal.consents.purposes import Purpose
from portal.core.actor import Actor, OrganisationKind
from portal.products.terms import Terms
from portal.products.version_models import ProductVersion, VersionStatus
from scoring.engine.window import WINDOW_MONTHS

__all__ = ["Product", "ProductVersion", "VersionStatus"]


class ProductQuerySet(models.QuerySet["Product"]):
    def visible_to(self, actor: Actor) -> Self:
        """A bank's own, to run; what firms are offered is read without an actor."""
        if actor.organisation_kind is not OrganisationKind.BANK:
            return self.none()
        return self.filter(bank_id=actor.organisation_id)


class Product(models.Model):
    """What a bank offers. Money is integer fen, the yearly rate is in basis points.

    Amounts, terms, rate and data are those of the version in force.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    bank = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="products"
    )
    name = models.CharField(max_length=80)
    name_zh = models.CharField(max_length=80)
    summary = models.CharField(max_length=240)
    summary_zh = models.CharField(max_length=240)
    min_amount_fen = models.BigIntegerField()
    max_amount_fen = models.BigIntegerField()
    terms_months = ArrayField(models.PositiveSmallIntegerField())
    annual_rate_bp = models.PositiveIntegerField()
    purpose = models.CharField(
        max_length=20,
        choices=[(purpose.value, purpose.value) for purpose in Purpose],
        default=Purpose.UNDERWRITING.value,
    )
    categories = ArrayField(models.CharField(max_length=40))
    months_needed = models.PositiveSmallIntegerField(default=WINDOW_MONTHS)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProductQuerySet.as_manager()

    class Meta:
        db_table = "products_product"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bank", "name"], name="product_name_once_per_bank"),
            models.CheckConstraint(
                name="product_amounts_in_order",
                condition=Q(min_amount_fen__gt=0, max_amount_fen__gte=F("min_amount_fen")),
            ),
            models.CheckConstraint(name="product_has_terms", condition=Q(terms_months__len__gte=1)),
            models.CheckConstraint(
                name="product_has_categories", condition=Q(categories__len__gte=1)
            ),
            models.CheckConstraint(
                name="product_rate_plausible",
                condition=Q(annual_rate_bp__gte=1, annual_rate_bp__lte=3600),
            ),
            models.CheckConstraint(
                name="product_months_are_scored", condition=Q(months_needed=WINDOW_MONTHS)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ref(self) -> str:
        """How the ledger names this product."""
        return f"product:{self.id}"

    def take_terms(self, terms: Terms) -> tuple[str, ...]:
        """Show a version's terms from now on; returns the names of the fields to save."""
        self.min_amount_fen = terms.min_amount_fen
        self.max_amount_fen = terms.max_amount_fen
        self.terms_months = sorted(terms.terms_months)
        self.annual_rate_bp = terms.annual_rate_bp
        return ("min_amount_fen", "max_amount_fen", "terms_months", "annual_rate_bp")

    @property
    def shown_name(self) -> str:
        """The name in the language of the page."""
        return self.name_zh if _chinese() else self.name

    @property
    def shown_summary(self) -> str:
        return self.summary_zh if _chinese() else self.summary

    def frozen_terms(self) -> dict[str, object]:
        """What a decision keeps of the product, in a form that JSON can hold."""
        return {
            "product": str(self.id),
            "name": self.name,
            "min_amount_fen": self.min_amount_fen,
            "max_amount_fen": self.max_amount_fen,
            "terms_months": list(self.terms_months),
            "annual_rate_bp": self.annual_rate_bp,
            "purpose": self.purpose,
            "categories": list(self.categories),
            "months_needed": self.months_needed,
        }


def _chinese() -> bool:
    return (translation.get_language() or "").startswith("zh")
