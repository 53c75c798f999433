"""Wrapping every data key anew, to the vault worker's new key."""

from __future__ import annotations

from typing import Any

from django.db import connections, transaction

from portal.consents.gate_errors import gate_refusals
from portal.consents.vault_keys import VaultKeys, unwrapped
from portal.consents.vault_places import key_place
from portal.core.sealing import wrap_key


def rewrap_data_keys(keys: VaultKeys, *, kid: str, using: str = "default") -> int:
    """Wrap each data key to ``keys[kid]``; how many were not yet. Safe to stop and repeat.

    For the vault log-in, while the owner has opened a rotation: refuses (GateRefused, no_rotation)
    without one, and (NotOpened) a data key that none of ``keys`` opens.
    """
    done = 0
    while waiting := _waiting(kid, using):
        done += sum(_rewrap(row, keys, kid, using) for row in waiting)
    return done


def _waiting(kid: str, using: str) -> list[tuple[Any, ...]]:
    with gate_refusals(), connections[using].cursor() as cursor:
        cursor.execute("SELECT * FROM vault.keys_to_rewrap(%s)", [kid])
        return list(cursor.fetchall())


def _rewrap(row: tuple[Any, ...], keys: VaultKeys, kid: str, using: str) -> bool:
    import_id, firm_id, old_kid, wrapped = row
    place = key_place(firm_id=firm_id, import_id=import_id)
    data_key = unwrapped(bytes(wrapped), kid=old_kid, keys=keys, place=place)
    anew = wrap_key(data_key, recipient=keys[kid].public_key(), place=place)
    with (
        transaction.atomic(using=using, durable=True),
        gate_refusals(),
        connections[using].cursor() as cursor,
    ):
        cursor.execute("SELECT vault.rewrap(%s, %s, %s, %s)", [import_id, old_kid, kid, anew])
        return bool(cursor.fetchone()[0])
