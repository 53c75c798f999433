"""One byte string per value: the JSON that summaries, model files and digests are made of."""

import json
from typing import Any


def canonical_bytes(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Raises ValueError on a float, NaN included."""
    _refuse_floats(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def parse_canonical(data: bytes) -> Any:
    """The value behind canonical bytes. Raises ValueError if they would print back differently."""
    value = json.loads(data)
    if canonical_bytes(value) != data:
        raise ValueError("not canonical JSON")
    return value


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("no fractions in canonical JSON")  # noqa: TRY004 - one refusal for bytes
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
