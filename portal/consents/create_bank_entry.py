"""The signer's own table of banks: the names and licences that a person is shown and signs."""

from __future__ import annotations

from uuid import UUID

from django.db import connections


def create_bank_entry(
    *, bank_id: UUID, name: str, name_zh: str, licence: str, using: str = "default"
) -> None:
    """Enter a bank under its organisation's id. Only the owner's log-in may; safe to repeat.

    The web log-in can't write here, so a taken-over portal can't put a known bank's name on
    somebody else's request.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO sign.bank (id, name, name_zh, licence) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (id) DO NOTHING",
            [bank_id, name, name_zh, licence],
        )
