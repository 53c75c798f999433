"""Receipts handed out and brought back: the file, its check, one that contradicts the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger import queries
from ledger.format.event import Event
from ledger.format.merkle import leaf_hash, root_of
from ledger.format.note_keys import Signer, generate_signing_key
from ledger.format.notes import Checkpoint, sign_note
from ledger.format.receipt import Receipt
from ledger.format.receipt_code import receipt_code
from ledger.keys import verifiers
from ledger.kinds import EventKind
from portal.core.actor import Actor
from portal.oversight.models import Cause, Incident
from tests.ledger.conftest import signer
from tests.ledger.facts import drain, fresh, write
from tests.oversight.cases import settle
from tests.oversight.receipt_cases import BODIES
from tests.oversight.signing import signed_entry
from tests.personas import People
from tests.web.test_regulator import rows

__all__ = ["signer"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]


def uploaded(text: str, name: str = "TB.tlog-proof") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_a_receipt_goes_out_and_comes_back(signer: Signer, browser_of: BrowserOf) -> None:
    entry = signed_entry(signer)
    rita = browser_of("rita")
    page = rita.get(reverse("regulator:entry_detail", args=[entry.seq])).content.decode()
    code = receipt_code(entry.seq, bytes.fromhex(entry.leaf_hash))
    assert code in page
    assert "Signed" in page
    file = rita.get(reverse("regulator:entry_receipt", args=[entry.seq]))
    assert f'filename="TB-{code}.tlog-proof"' in file["Content-Disposition"]
    assert Receipt.parse(file.content.decode()).check(*verifiers()) == entry.event
    answer = Client().post("/check/", uploaded(file.content.decode())).content.decode()
    assert "Signed by the ledger, but not yet witnessed." in answer
    assert "A loan application was withdrawn." in answer
    assert "It holds" not in answer


def test_a_code_leads_to_its_entry_and_another_code_is_told(
    signer: Signer, browser_of: BrowserOf
) -> None:
    entry = signed_entry(signer)
    rita = browser_of("rita")
    code = receipt_code(entry.seq, bytes.fromhex(entry.leaf_hash))
    for typed, is_told in ((f"tb-{code.lower()}", False), (f"{entry.seq}-0000-0000", True)):
        page = rita.get("/regulator/", {"q": typed}, follow=True)
        assert page.redirect_chain[0][0].startswith(f"/regulator/entries/{entry.seq}/")
        assert ("another receipt code" in page.content.decode()) == is_told


def test_a_signed_receipt_that_contradicts_the_ledger_opens_an_incident(
    signer: Signer, people: People
) -> None:
    settle(people.rita, Cause.RECEIPT)
    entry = signed_entry(signer)
    body = BODIES[0]
    root = root_of([leaf_hash(body)])
    # What only the holder of the ledger's key can make: another first entry.
    note = sign_note(Checkpoint(signer.name, 1, root).text(), signer)
    answer = Client().post("/check/", uploaded(Receipt(0, body, (), note).text()))
    assert "carries our own valid signature" in answer.content.decode()
    (incident,) = Incident.objects.unclosed().filter(cause=Cause.RECEIPT)
    assert incident.place == 0
    settle(people.rita, Cause.RECEIPT)
    stranger = Signer.from_pem(signer.name, generate_signing_key("stranger")[0])
    note = sign_note(Checkpoint(signer.name, 1, root).text(), stranger)
    answer = Client().post("/check/", uploaded(Receipt(0, body, (), note).text()))
    assert "This does not hold" in answer.content.decode()
    assert not Incident.objects.unclosed().filter(cause=Cause.RECEIPT)
    assert entry.seq >= 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose a receipt file"),
        ({"text": " \n"}, "Choose a receipt file"),
        ({"file": SimpleUploadedFile("a.pdf", b"\xff\xfe\x00")}, "This file is no text"),
        ({"file": SimpleUploadedFile("a.txt", b"x" * 524_289)}, "larger than a receipt"),
    ],
    ids=["nothing", "space", "no text", "large"],
)
def test_what_cannot_be_a_receipt_is_refused(data: dict[str, object], words: str) -> None:
    for value in data.values():
        if isinstance(value, SimpleUploadedFile):
            value.seek(0)
    answer = Client().post("/check/", data)
    assert (answer.status_code, words in answer.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "text", ["hello", "{", '{"granted": 1, "receipts": []}', "[" * 100_000, "{" * 100_000]
)
def test_nonsense_is_told_its_place(text: str) -> None:
    answer = Client().post("/check/", {"text": text})
    assert answer.status_code == 200
    assert "Line 1 should read" in answer.content.decode()


def test_days_narrow_and_pages_follow_by_time(browser_of: BrowserOf) -> None:
    subject = fresh("application")
    for _ in range(3):
        write(EventKind.APPLICATION_WITHDRAWN, subject=subject)
    drain()
    today = timezone.localtime().date()
    rita = browser_of("rita")
    chosen = {"q": subject, "since": today.isoformat(), "until": today.isoformat()}
    assert len(rows(rita, **chosen)) == 3
    yesterday = (today - timedelta(days=1)).isoformat()
    assert rows(rita, q=subject, since=yesterday, until=yesterday) == []
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert rows(rita, q=subject, since=tomorrow) == []
    now = timezone.now() + timedelta(minutes=1)
    seen, before = [], None
    while True:
        page = queries.entries_page(subject=subject, until=now, before_seq=before, size=1)
        seen += [entry.seq for entry in page.entries]
        before = page.older_before
        if before is None:
            break
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 3


def test_pages_by_time_follow_the_time_and_not_the_number() -> None:
    subject, now = fresh("application"), timezone.now()
    for age in (1, 2):
        late_event(subject, at=now - timedelta(seconds=age))
        drain()
    first = queries.entries_page(subject=subject, until=now, size=1)
    (newer,) = first.entries
    second = queries.entries_page(subject=subject, until=now, before_seq=first.older_before, size=1)
    (older,) = second.entries
    assert newer.seq < older.seq
    assert second.older_before is None


def late_event(subject: str, *, at: datetime) -> None:
    """One whose transaction took a while: it is numbered after later ones."""
    event = Event(
        event_id=uuid4(),
        at=at,
        kind=EventKind.APPLICATION_WITHDRAWN,
        actor=fresh("person"),
        subject=subject,
        payload={},
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger.outbox (event_id, body) VALUES (%s, %s)",
            [event.event_id, event.encode()],
        )
