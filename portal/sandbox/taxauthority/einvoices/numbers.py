"""Twenty-digit numbers for records that a source knows by a short one."""

from __future__ import annotations

import hashlib

REGION = "99"  # no province's: nobody takes it for a real invoice's number
CHANNEL = "7"
SHORT = 8


def full_number(*, firm: str, direction: str, line: str, issued_on: str, short: str) -> str:
    """Year, region and channel, seven digits of the record's SHA-256, and the short number.

    The same for every asking; ValueError for a short number that isn't one to eight digits. A
    record that a source states twice is one invoice.
    """
    if not (short.isascii() and short.isdigit() and len(short) <= SHORT):
        raise ValueError(short)
    seed = f"einvoice:{firm}:{direction}:{line}".encode()
    salt = int.from_bytes(hashlib.sha256(seed).digest()[:8], "big") % 10_000_000
    return f"{issued_on[2:4]}{REGION}{CHANNEL}{salt:07d}{short.zfill(SHORT)}"
