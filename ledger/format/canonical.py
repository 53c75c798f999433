"""Canonical JSON: the part of RFC 8785 (JCS) that has one spelling in every language.

Strings, booleans, null and integers of magnitude below 2**53, in objects with ASCII keys and in
lists, at most ``MAX_DEPTH`` deep. No floats, no U+0000 (PostgreSQL's ``jsonb`` can't hold it), no
lone surrogates. Keys are sorted, which for ASCII is the same by byte and by UTF-16 code unit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

MAX_DEPTH = 4
INTEGER_LIMIT = 2**53


class NotCanonical(ValueError):
    """A value outside the subset, or bytes that this encoder would have written differently."""


def encode(value: Mapping[str, Any]) -> bytes:
    """The only bytes of ``value``; refuses with `NotCanonical` what the subset can't hold."""
    if not isinstance(value, Mapping):
        raise NotCanonical("The outermost value must be an object.")
    text = encode_value(value)
    return text.encode()


def encode_value(value: object) -> str:
    """The canonical text of one value of any allowed type."""
    plain = _checked(value, depth=0)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(body: bytes) -> dict[str, Any]:
    """The object written in ``body``, or `NotCanonical` unless `encode` gives the same bytes."""
    try:
        value = json.loads(body.decode(), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(f"Not canonical JSON: {error}") from error
    if not isinstance(value, dict) or encode(value) != body:
        raise NotCanonical("These bytes are not the canonical form of their content.")
    return value


def _refuse(text: str) -> None:
    raise NotCanonical(f"{text} is not an integer.")


def _checked(value: object, *, depth: int) -> object:
    """``value`` as plain dicts, lists and scalars; refuses anything else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _checked_integer(value)
    if isinstance(value, str):
        return _checked_text(value)
    if depth >= MAX_DEPTH:
        raise NotCanonical(f"Nested more than {MAX_DEPTH} deep.")
    if isinstance(value, Mapping):
        return {_checked_key(key): _checked(item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(item, depth=depth + 1) for item in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form.")


def _checked_integer(value: int) -> int:
    if abs(value) >= INTEGER_LIMIT:
        raise NotCanonical(f"{value} is not below 2**53.")
    return int(value)


def _checked_text(value: str) -> str:
    if "\0" in value:
        raise NotCanonical("A string contains U+0000.")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("A string contains a lone surrogate.") from error
    return str(value)


def _checked_key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"{key!r} is not an ASCII key.")
    return _checked_text(key)
