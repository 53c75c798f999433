"""Strict base64, as C2SP's formats use it: one spelling for each sequence of bytes."""

from __future__ import annotations

import base64
import binascii


class NotBase64(ValueError):
    """Text that an encoder would have written differently, or not at all."""


def written(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def read(text: str) -> bytes:
    """The bytes; refuses (NotBase64) wrong padding, unused bits that aren't zero, other signs."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotBase64("Not base64.") from error
    if written(data) != text:
        raise NotBase64("Not base64 as it would be written.")
    return data
