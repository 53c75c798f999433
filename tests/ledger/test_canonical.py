from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.format.canonical import MAX_DEPTH, NotCanonical, decode, encode, encode_value
from tests.ledger.vectors import vectors

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
SCALARS = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
KEYS = st.text(st.characters(min_codepoint=1, max_codepoint=127), max_size=12)
OBJECTS = st.dictionaries(KEYS, SCALARS | st.lists(SCALARS) | st.dictionaries(KEYS, SCALARS))


@given(OBJECTS)
def test_what_was_written_reads_back_and_is_written_the_same(value: dict[str, Any]) -> None:
    body = encode(value)
    assert decode(body) == value
    assert encode(decode(body)) == body


@given(OBJECTS, st.integers(0, 10_000), st.integers(0, 255))
def test_no_two_spellings_of_one_object_are_accepted(
    value: dict[str, Any], place: int, byte: int
) -> None:
    body = bytearray(encode(value))
    body[place % len(body)] = byte
    try:
        read = decode(bytes(body))
    except NotCanonical:
        return
    assert encode(read) == bytes(body)


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": float("nan")},
        {"a": 2**53},
        {"a": -(2**53)},
        {"ä": 1},
        {"a": "\0"},
        {"a\0": 1},
        {"a": "\ud800"},
        {"a": b"bytes"},
        {"a": {1, 2}},
        {1: "a"},
        ["a"],
        "a",
    ],
)
def test_values_outside_the_subset_are_refused(value: Any) -> None:
    with pytest.raises(NotCanonical):
        encode(value)


def test_depth_has_a_limit() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = {"a": value}
    encode(value)
    with pytest.raises(NotCanonical, match="deep"):
        encode({"a": value})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":1}',
        b'{"a": 1}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":+1}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"a":"\\u0008"}',
        b'{"a":"\\ud83d\\ude00"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":"\t"}',
        b"[1]",
        b"1",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"9" * 10_000 + b"}",
    ],
)
def test_other_spellings_are_refused(body: bytes) -> None:
    with pytest.raises(NotCanonical):
        decode(body)


@pytest.mark.parametrize("name", ["arrays", "structures", "unicode"])
def test_published_jcs_vectors_inside_the_subset(name: str) -> None:
    expected = _jcs_output(name)
    assert encode_value(json.loads(expected)).encode() == expected


@pytest.mark.parametrize("name", ["french", "values", "weird"])
def test_published_jcs_vectors_with_floats_or_keys_beyond_ascii_are_refused(name: str) -> None:
    expected = _jcs_output(name)
    with pytest.raises(NotCanonical):
        encode_value(json.loads(expected))
    with pytest.raises(NotCanonical):
        decode(expected)


def test_published_jcs_strings_are_spelled_as_there() -> None:
    text = json.loads(_jcs_output("values"))["string"]
    assert _jcs_output("values").endswith(b'"string":' + encode_value(text).encode() + b"}")


def _jcs_output(name: str) -> bytes:
    return (vectors("cyberphone_jcs") / "testdata" / "output" / f"{name}.json").read_bytes()
