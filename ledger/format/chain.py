"""The hash chain: each link covers every body before it, so that damage can be located."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

START = bytes(32)


def next_link(previous: bytes, leaf: bytes) -> bytes:
    """SHA-256(previous ‖ leaf); the link before entry 0 is `START`, 32 zero bytes."""
    return sha256(previous + leaf).digest()


def links_after(previous: bytes, leaves: Iterable[bytes]) -> list[bytes]:
    """The link of each leaf hash in turn."""
    links = []
    for leaf in leaves:
        previous = sha256(previous + leaf).digest()
        links.append(previous)
    return links
