"""Whose entries of the ledger are: an organisation's as party, a person's as actor.

Lists made from the ledger alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class PartyEntry(models.Model):
    """That an organisation is party to entry ``seq``; kind, subject and time are the entry's."""

    organisation_id = models.UUIDField()
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=64)
    subject = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "oversight"
        db_table = "oversight_party_entry"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation_id", "seq"], name="party_entry_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["subject", "organisation_id", "seq"], name="party_entry_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.seq}"


class ActorEntry(models.Model):
    """That entry ``seq`` records an act of ``actor``, person or token; the time is the entry's."""

    actor = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        app_label = "oversight"
        db_table = "oversight_actor_entry"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["actor", "seq"], name="actor_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.seq}"


class PartyMark(models.Model):
    """How far the list has been made: one row."""

    next_seq = models.BigIntegerField(default=0)

    class Meta:
        app_label = "oversight"
        db_table = "oversight_party_mark"

    def __str__(self) -> str:
        return str(self.next_seq)
