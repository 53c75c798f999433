"""Synthetic unified social credit codes for firms that a source names by an opaque code.

The code must pass every check (python-stdnum's too), follow from the opaque code alone so that
it never changes, and be nobody's: its region digits are 990000, and GB/T 2260, which real codes
take them from, has no division that starts with 99.
"""

from __future__ import annotations

import hashlib

from stdnum.cn import uscc

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PREFIX = "91" + "990000"
_BODY = 9


def synthetic_uscc(code: str) -> str:
    """The USCC of the firm that a source calls ``code``; 9 digits of base 31 from its SHA-256."""
    number = int.from_bytes(hashlib.sha256(f"taxauthority:{code}".encode()).digest(), "big")
    body = ""
    for _ in range(_BODY):
        number, digit = divmod(number, len(_ALPHABET))
        body += _ALPHABET[digit]
    return _PREFIX + body + uscc.calc_check_digit(_PREFIX + body)


def looks_like_uscc(text: str) -> bool:
    """Whether a text has a USCC's form, so that its check digit must hold."""
    compact = uscc.compact(text)
    return len(compact) == 18 and compact[:8].isdigit() and compact.isalnum()


def uscc_for(code: str) -> str:
    """The firm's USCC: its own where the source names it by one, else the synthetic one.

    A wrong check digit raises ValueError.
    """
    if not looks_like_uscc(code):
        return synthetic_uscc(code)
    if not uscc.is_valid(code):
        raise ValueError(f"{code} is not a unified social credit code: its check digit is wrong")
    return uscc.compact(code)
