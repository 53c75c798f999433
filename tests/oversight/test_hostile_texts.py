"""What a stranger may bring to the page that checks receipts: always an answer, never an error."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from ledger.format.event import Event
from tests.oversight.receipt_cases import BODIES, GOOD, LOG, ORIGIN, note_of, receipt

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def made_up(body: bytes) -> str:
    """A receipt that leads to its root, under a key that is not this ledger's."""
    return receipt(0, [body], note_of([body])).text()


def with_body(old: bytes, new: bytes) -> str:
    """A body changed at one place, and still written as events are."""
    body = BODIES[0].replace(old, new)
    assert Event.decode(body) != Event.decode(BODIES[0])
    return made_up(body)


def bundle(granted: str) -> str:
    return json.dumps({"granted": granted, "receipts": [], "what": "stopped"})


def hostile() -> Iterator[tuple[str, str]]:
    yield "an event without its figures", with_body(b"offer.made", b"score.recorded")
    yield "the end of the year 9999", with_body(b"2026-11-22T04", b"9999-12-31T23")
    month = b'"amount_fen":120000,"first_month":"never"'
    yield "a month that is none", with_body(b'"amount_fen":120000', month)
    yield "a size of 5,000 digits", GOOD.replace("\n13\n", f"\n{'9' * 5000}\n")
    yield "half a character", bundle("\ud800")
    one = made_up(BODIES[0])
    assert str(LOG.verifier) not in one
    yield "half a character as origin", bundle(one.replace(f"\n\n{ORIGIN}\n", "\n\n\ud800\n"))


HOSTILE = dict(hostile())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_text_made_to_break_the_page_is_refused_in_words(name: str) -> None:
    file = SimpleUploadedFile("TB.tlog-proof", HOSTILE[name].encode())
    answer = Client().post("/check/", {"file": file})
    assert answer.status_code == 200
    assert "This does not hold: it proves nothing." in answer.content.decode()


def test_a_bundle_says_in_the_readers_language_why_it_shows_nothing() -> None:
    brought = {"text": bundle(GOOD)}
    english = Client().post("/check/", brought).content.decode()
    assert "It is no bundle of receipts about the end of a consent." in english
    chinese = Client(headers={"accept-language": "zh-hans"}).post("/check/", brought)
    assert "该文件不是关于授权终止的回执集合。" in chinese.content.decode()


def test_a_forged_entry_is_shown_as_a_claim_only() -> None:
    answer = Client().post("/check/", {"text": made_up(BODIES[0])}).content.decode()
    assert "It claims, and does not prove:" in answer
    assert "Recorded on" not in answer
