"""What is committed to can be shown with its key, and not be found without."""

from __future__ import annotations

import pytest

from ledger.format.canonical import NotCanonical
from ledger.format.commitment import commitment_of, new_key, opens
from scoring.engine.commitment import commitment_of as score_commitment

KEY = bytes(range(32))


def test_the_form_is_the_one_of_scores() -> None:
    """Whoever can check one can check the other."""
    label = "taxbridge-score-inputs/1"
    content = {"features": {"a": 1, "b": None}, "input_digest": "ab" * 32}
    assert commitment_of(label, content, key=KEY) == score_commitment(
        {"a": 1, "b": None}, input_digest="ab" * 32, key=KEY
    )


def test_content_label_and_key_all_count() -> None:
    made = commitment_of("words/1", {"text": "yes"}, key=KEY)
    assert opens(made, "words/1", {"text": "yes"}, key=KEY)
    assert not opens(made, "words/1", {"text": "no"}, key=KEY)
    assert not opens(made, "words/2", {"text": "yes"}, key=KEY)
    assert not opens(made, "words/1", {"text": "yes"}, key=new_key())


@pytest.mark.parametrize("key", [b"", KEY[:-1], KEY + b"x"])
def test_a_key_of_another_length_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment_of("words/1", {"text": "yes"}, key=key)


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(NotCanonical):
        commitment_of("words/1", {"share": 0.5}, key=KEY)
