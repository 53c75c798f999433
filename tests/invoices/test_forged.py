"""Forged invoices are refused, each for its own reason; genuine ones pass."""

from __future__ import annotations

import os
from random import Random

import pytest

from portal.invoices.reading.document import LARGEST_FILE
from tests.invoices.forgeries import FORGED
from tests.invoices.genuine import AUTHORITY, content, examined, file_of, many

# The whole ten thousand take most of a minute: `make invoices`.
GENUINE = int(os.environ.get("TAXBRIDGE_GENUINE_INVOICES", "300"))


@pytest.mark.parametrize("kind", FORGED)
def test_a_forged_one_is_refused_for_its_own_reason(kind: str) -> None:
    code, forge = FORGED[kind]
    found = examined(forge())
    assert found.codes[:1] == (code,)


def test_more_than_twenty_kinds_and_reasons() -> None:
    assert len(FORGED) >= 50
    assert len({code for code, _forge in FORGED.values()}) >= 20


def test_genuine_ones_pass() -> None:
    for said in many(GENUINE, seed=20261122):
        found = examined(file_of(said))
        assert found.codes == (), said
        assert found.invoice is not None
        assert found.invoice.gross_fen == said.net_fen + said.vat_fen


def test_any_changed_character_is_refused() -> None:
    genuine, rng = file_of(content()), Random(7)
    for _ in range(400):
        place = rng.randrange(len(genuine))
        byte = rng.choice(b"0123456789<>&/ax-")
        if genuine[place] == byte:
            continue
        changed = genuine[:place] + bytes([byte]) + genuine[place + 1 :]
        # The XML declaration is no part of what a document says.
        if place > genuine.index(b"?>"):
            assert examined(changed).codes, (place, byte)


def test_another_spelling_of_the_same_signature_is_refused() -> None:
    text = file_of(content(), key=AUTHORITY).decode()
    last = text.index("==</SignatureValue>") - 1
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = letters[letters.index(text[last]) + 1]
    assert examined(f"{text[:last]}{twin}{text[last + 1 :]}".encode()).codes == ("bad_signature",)


def test_the_largest_file_is_read_and_no_larger() -> None:
    genuine = file_of(content())
    padded = genuine + b"\n" * (LARGEST_FILE - len(genuine))
    assert examined(padded).codes == ()
    assert examined(padded + b"\n").codes == ("too_large",)
