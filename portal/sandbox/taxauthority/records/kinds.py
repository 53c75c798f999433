"""Kinds that models, pure code and the wire share."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.IntegerChoices):
    SALE = 1, "sale"
    PURCHASE = 2, "purchase"


class Role(models.TextChoices):
    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    FINANCE_OFFICER = "finance_officer", _("Finance officer")
    CLERK = "clerk", _("Clerk")
