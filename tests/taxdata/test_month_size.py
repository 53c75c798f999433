"""A month is sealed before the transaction that holds its consent, and only if it opens again."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from portal.core import sealing
from tests.gate.parties import Parties, granted
from tests.personas import keys
from tests.taxdata.authority import authority_of
from tests.taxdata.fetched import fetch, parties, refused, summaries

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_no_withdrawal_waits_while_a_month_is_sealed(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside: list[bool] = []

    def watched(data: bytes, **where: Any) -> tuple[bytes, bytes]:
        inside.append(connection.in_atomic_block)
        return sealing.seal_chunk(data, **where)

    monkeypatch.setattr("portal.taxdata.store.seal_chunk", watched)
    consent = granted(parties)
    fetch(consent, authority_of(parties))
    assert inside == [False] * 36
    assert len(summaries(parties, consent)) == 12


def test_a_month_too_large_to_be_opened_again_ends_its_source_with_a_code(
    parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "CHUNK_LIMIT", 50)
    refused(parties, authority_of(parties), "month_too_large")
