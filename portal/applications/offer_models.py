"""A bank's offer, and the firm's acceptance of it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Offer(models.Model):
    """What a bank offers on an approval, for ever as it was made.

    ``document`` is all that is shown and accepted, ``sha256`` the hex digest of its canonical
    bytes. Yearly costs are in basis points, fees included. It binds the bank until ``valid_until``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.OneToOneField(
        "applications.LoanApplication", on_delete=models.PROTECT, related_name="offer"
    )
    decision = models.OneToOneField(
        "applications.Decision", on_delete=models.PROTECT, related_name="offer"
    )
    funding = models.ForeignKey(
        "applications.FundingRequest", on_delete=models.PROTECT, related_name="offers"
    )
    firm = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    amount_fen = models.BigIntegerField()
    nominal_bp = models.PositiveIntegerField()
    effective_bp = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    valid_until = models.DateTimeField()

    class Meta:
        db_table = "applications_offer"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="offer_is_of_money_and_time",
                condition=Q(amount_fen__gt=0, valid_until__gt=F("made_at")),
            )
        ]
        indexes: ClassVar = [models.Index(fields=["valid_until"], name="offer_by_end")]

    def __str__(self) -> str:
        return f"offer:{self.id}"


class Acceptance(models.Model):
    """A firm's signature under one offer; only the signer writes it, once per funding request.

    ``jws`` is the signer's signature over the offer's digest, the person and the time.
    """

    offer = models.OneToOneField(
        Offer, on_delete=models.PROTECT, primary_key=True, related_name="acceptance"
    )
    funding = models.OneToOneField(
        "applications.FundingRequest", on_delete=models.PROTECT, related_name="acceptance"
    )
    firm = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8)
    jws = models.TextField()
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "applications_acceptance"

    def __str__(self) -> str:
        return f"acceptance of {self.offer_id}"


class PayoutPlace(models.Model):
    """Where the firm wants an offer's money, until it signs: then its acceptance says it.

    ``place`` is a `Disbursement` as JSON.
    """

    offer = models.OneToOneField(
        Offer, on_delete=models.PROTECT, primary_key=True, related_name="place"
    )
    place = models.JSONField()

    class Meta:
        db_table = "applications_payout_place"

    def __str__(self) -> str:
        return f"account for {self.offer_id}"


class BankSignature(models.Model):
    """The bank's signature under an accepted offer; only the signer writes it, once.

    ``jws`` is the signer's signature over the agreement's and the acceptance's digests, the person
    and the time.
    """

    offer = models.OneToOneField(
        Offer, on_delete=models.PROTECT, primary_key=True, related_name="bank_signature"
    )
    bank = models.ForeignKey("accounts.Organisation", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8)
    jws = models.TextField()
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "applications_bank_signature"

    def __str__(self) -> str:
        return f"bank's signature under {self.offer_id}"
