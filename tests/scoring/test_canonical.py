"""One byte string per value, and no other form of it is read."""

from __future__ import annotations

import json

import pytest

from scoring.engine.canonical import canonical_bytes, parse_canonical
from scoring.engine.model import SHIPPED_PATH, Model, ModelError


def test_keys_are_sorted_and_text_stays_text() -> None:
    assert canonical_bytes({"b": [1, None], "a": "灯笼"}) == '{"a":"灯笼","b":[1,null]}'.encode()


@pytest.mark.parametrize("value", [1.0, float("nan"), {"a": [0.5]}, [{"a": 1e9}], (2.5,)])
def test_fractions_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="fractions"):
        canonical_bytes(value)


@pytest.mark.parametrize(
    "data", [b'{"a": 1}', b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'["\\u4e2d"]', b"[1]\n", b"[1.0]"]
)
def test_another_form_of_the_same_value_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="canonical"):
        parse_canonical(data)


def test_a_model_file_in_another_form_is_refused() -> None:
    pretty = json.dumps(json.loads(SHIPPED_PATH.read_bytes()), indent=1).encode()
    with pytest.raises(ModelError, match="not canonical"):
        Model.load(pretty)
