"""Keys and chunks: only for one holder, only at one place."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from portal.core.sealing import (
    ChunkTooLong,
    NotOpened,
    new_data_key,
    open_chunk,
    seal_chunk,
    unwrap_key,
    wrap_key,
)

HOLDER = X25519PrivateKey.generate()
PLACE = b"key|1|firm|import"


@given(st.binary(max_size=3000))
def test_what_is_sealed_opens_again(data: bytes) -> None:
    key = new_data_key()
    nonce, ciphertext = seal_chunk(data, data_key=key, place=PLACE)
    assert open_chunk(nonce, ciphertext, data_key=key, place=PLACE) == data
    assert len(data) < 32 or data not in ciphertext


def test_a_data_key_is_for_one_holder_and_one_place() -> None:
    key = new_data_key()
    wrapped = wrap_key(key, recipient=HOLDER.public_key(), place=PLACE)
    assert unwrap_key(wrapped, private=HOLDER, place=PLACE) == key
    with pytest.raises(NotOpened):
        unwrap_key(wrapped, private=HOLDER, place=PLACE + b"2")
    with pytest.raises(NotOpened):
        unwrap_key(wrapped, private=X25519PrivateKey.generate(), place=PLACE)


@pytest.mark.parametrize("position", [0, 31, 32, 60, -1])
def test_a_wrapped_key_with_one_changed_byte_is_refused(position: int) -> None:
    wrapped = bytearray(wrap_key(new_data_key(), recipient=HOLDER.public_key(), place=PLACE))
    wrapped[position] ^= 1
    with pytest.raises(NotOpened):
        unwrap_key(bytes(wrapped), private=HOLDER, place=PLACE)


def test_a_truncated_key_and_the_neutral_point_are_refused() -> None:
    wrapped = wrap_key(new_data_key(), recipient=HOLDER.public_key(), place=PLACE)
    for bad in (b"", wrapped[:20], wrapped[:40], bytes(32) + wrapped[32:]):
        with pytest.raises(NotOpened):
            unwrap_key(bad, private=HOLDER, place=PLACE)


def test_a_chunk_is_of_one_key_and_one_place() -> None:
    key = new_data_key()
    nonce, ciphertext = seal_chunk(b"figures", data_key=key, place=b"chunk|2024-01")
    for data_key, place, sealed in (
        (new_data_key(), b"chunk|2024-01", ciphertext),
        (key, b"chunk|2024-02", ciphertext),
        (key, b"chunk|2024-01", ciphertext[:-1]),
    ):
        with pytest.raises(NotOpened):
            open_chunk(nonce, sealed, data_key=data_key, place=place)


def test_equal_chunks_look_different() -> None:
    key = new_data_key()
    first = seal_chunk(b"figures", data_key=key, place=PLACE)
    assert first != seal_chunk(b"figures", data_key=key, place=PLACE)


def test_a_chunk_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_data_key()
    nonce, ciphertext = seal_chunk(bytes(100_000), data_key=key, place=PLACE)
    monkeypatch.setattr("portal.core.sealing.CHUNK_LIMIT", 1000)
    with pytest.raises(NotOpened):
        open_chunk(nonce, ciphertext, data_key=key, place=PLACE)


def test_what_may_be_sealed_may_be_opened_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.core.sealing.CHUNK_LIMIT", 1000)
    key = new_data_key()
    for data in (bytes(1000), os.urandom(1000)):
        nonce, ciphertext = seal_chunk(data, data_key=key, place=PLACE)
        assert open_chunk(nonce, ciphertext, data_key=key, place=PLACE) == data
    with pytest.raises(ChunkTooLong):
        seal_chunk(bytes(1001), data_key=key, place=PLACE)
