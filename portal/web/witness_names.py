"""Witnesses by the names that people know them under."""

from __future__ import annotations

from django.utils.translation import get_language

from ledger.witnessing.queries import labels


def witness_name(name: str) -> str:
    """The policy's name for a witness in words of the page's language, or as it stands."""
    return labels().get(name, {}).get(get_language() or "", name)
