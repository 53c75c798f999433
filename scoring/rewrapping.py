"""Wrapping the key of every kept feature vector anew, to the vault worker's new key."""

from __future__ import annotations

from django.db import transaction

from portal.consents.vault_keys import VaultKeys
from scoring.kept_features import Sealed
from scoring.models import FeatureVector

_AT_A_TIME = 100


def rewrap_vectors(keys: VaultKeys, *, kid: str) -> int:
    """Wrap each vector's data key to ``keys[kid]``; how many were not yet. Safe to repeat.

    For the scorer's log-in, which may change nothing else of a vector. Refuses (NotOpened) a vector
    that none of ``keys`` opens.
    """
    done = 0
    while waiting := list(FeatureVector.objects.exclude(vault_kid=kid)[:_AT_A_TIME]):
        done += sum(_rewrap(vector, keys, kid) for vector in waiting)
    return done


@transaction.atomic(durable=True)
def _rewrap(vector: FeatureVector, keys: VaultKeys, kid: str) -> bool:
    """False when the vector was erased meanwhile, or somebody else has wrapped it."""
    kept = Sealed(vector.vault_kid, bytes(vector.wrapped), bytes(vector.sealed))
    anew = kept.rewrapped(keys, kid=kid, score_id=vector.score_id)
    same = FeatureVector.objects.filter(score_id=vector.score_id, vault_kid=kept.vault_kid)
    return bool(same.update(vault_kid=anew.vault_kid, wrapped=anew.wrapped))
