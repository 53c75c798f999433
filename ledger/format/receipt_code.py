"""The short code by which people name an entry: its number, and a piece of its hash as a check."""

from __future__ import annotations

import re
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_SIGNS: Final = 8
_BITS: Final = 5 * _SIGNS
_ALIKE: Final = str.maketrans("OIL", "011")
_CODE: Final = re.compile(r"([0-9]{1,15})-?([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{4})")


def receipt_code(seq: int, leaf: bytes) -> str:
    """``48213-7F3K-Q2ZD``: the number, then the first 40 bits of the leaf hash."""
    bits = _first_bits(leaf)
    signs = [_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_SIGNS))]
    return f"{seq}-{''.join(signs[:4])}-{''.join(signs[4:])}"


def read_code(text: str) -> tuple[int, str] | None:
    """The number and the code as it would be written; None for anything else.

    Case, spaces, O for 0, I and L for 1, and a leading TB- are forgiven.
    """
    plain = re.sub(r"\s", "", text).upper().removeprefix("TB-")
    number, _, rest = plain.partition("-")
    match = _CODE.fullmatch(f"{number}-{rest.translate(_ALIKE)}")
    if match is None or not rest:
        return None
    return int(match[1]), f"{int(match[1])}-{match[2]}-{match[3]}"


def _first_bits(leaf: bytes) -> int:
    return int.from_bytes(leaf[: _BITS // 8])
