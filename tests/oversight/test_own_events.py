"""A firm's and a bank's own events: whose they are, what each sees, and the archive of receipts."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ledger.format.event import Event
from ledger.format.note_keys import Signer
from ledger.format.receipt import Receipt
from ledger.keys import verifiers
from ledger.kinds import REGISTRY, EventKind
from ledger.queries import entries_from
from ledger.receipt_batches import receipts_of
from ledger.standing import heads
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.core.months import SHANGHAI
from portal.oversight.event_queries import OwnFilter, own_event, own_event_batches, own_events
from portal.oversight.models import Cause
from portal.oversight.note_parties import note_parties
from portal.oversight.parties import SEEN, named_in
from portal.web import own_archive
from tests.ledger.conftest import signer
from tests.ledger.facts import drain, payload_of, write
from tests.oversight.cases import SYSTEM, settle
from tests.oversight.signing import signed_entry
from tests.oversight.test_checkpoint_pages import rewritten
from tests.personas import People

__all__ = ["signer"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]


def listed() -> None:
    """Everything that is written is numbered, and on its parties' lists."""
    drain()
    while note_parties(SYSTEM):
        pass


def wrote(kind: EventKind, subject: str, **payload: str) -> None:
    known = REGISTRY[kind].payload
    values = {key: value for key, value in payload.items() if key in known}
    write(kind, subject=subject, payload={**payload_of(kind), **values}, using=writer_of(kind))


def writer_of(kind: EventKind) -> str:
    writers = REGISTRY[kind].writers
    return "default" if "web" in writers else min(writers)


def a_case(people: People) -> str:
    """An application of sara's at bank A, as its first and some later events tell it."""
    subject = f"application:{uuid4()}"
    firm, bank = str(people.sara.organisation_id), str(people.bo.organisation_id)
    wrote(EventKind.APPLICATION_SUBMITTED, subject, firm=firm, bank=bank)
    for kind in (
        EventKind.POLICY_EVALUATED,
        EventKind.SCORE_REFUSED,
        EventKind.INVOICE_REMOVED,
        EventKind.DECISION_RECORDED,
    ):
        wrote(kind, subject)
    listed()
    return subject


def kinds_of(actor: Actor, about: str) -> set[str]:
    return {entry.kind for entry in own_events(actor, about=about).entries}


def test_each_party_sees_its_side_and_strangers_nothing(people: People) -> None:
    subject = a_case(people)
    both = {"application.submitted", "decision.recorded"}
    assert kinds_of(people.sara, subject) == both | {"score.refused", "invoice.removed"}
    assert kinds_of(people.bo, subject) == both | {"policy.evaluated"}
    for stranger in (people.mallory, people.ben, people.rita, people.olga):
        assert kinds_of(stranger, subject) == set()


def test_a_receipt_is_given_to_parties_only(
    signer: Signer, people: People, browser_of: BrowserOf
) -> None:
    subject = a_case(people)
    entry = signed_entry(signer, EventKind.APPLICATION_WITHDRAWN, subject=subject)
    listed()
    for name, room in (("sara", "sme"), ("bo", "bank")):
        file = browser_of(name).get(reverse(f"{room}:event_receipt", args=[entry.seq]))
        assert Receipt.parse(file.content.decode()).check(*verifiers()) == entry.event
    for name, room in (("mallory", "sme"), ("ben", "bank")):
        client = browser_of(name)
        assert client.get(reverse(f"{room}:event_receipt", args=[entry.seq])).status_code == 404


def test_what_one_side_may_not_see_it_gets_no_receipt_of(people: People) -> None:
    subject = a_case(people)
    (policy,) = (
        entry for entry in own_events(people.bo, about=subject).entries if "policy" in entry.kind
    )
    assert own_event(people.bo, policy.seq).kind == "policy.evaluated"
    with pytest.raises(NotFound):
        own_event(people.sara, policy.seq)


def test_a_changed_entry_names_nobody_and_stops_no_list(people: People) -> None:
    firm = people.sara.organisation_id
    event = Event(
        event_id=uuid4(),
        at=timezone.now(),
        kind="offer.made",
        actor="system:test",
        subject=f"firm:{firm}",
        payload={"firm": "nobody", "bank": None},
    )
    assert named_in(event) == {firm}


def test_banks_are_never_shown_what_ends_with_a_consent() -> None:
    bank = SEEN[OrganisationKind.BANK]
    assert not [kind for kind in bank if kind.startswith(("score.", "features.", "person."))]
    assert EventKind.DATA_FETCHED not in bank


def test_pages_follow_each_other_and_cost_the_same(people: People, browser_of: BrowserOf) -> None:
    subject = f"product:{uuid4()}"
    bank = str(people.bo.organisation_id)
    costs = []
    bo = browser_of("bo")
    for more in (1, 25):
        for _ in range(more):
            wrote(EventKind.PRODUCT_VERSION_PROPOSED, subject, bank=bank)
        listed()
        with CaptureQueriesContext(connection) as queries:
            page = bo.get("/bank/events/", {"about": subject})
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert len(page.context["lines"]) == 25
    older = bo.get(page.context["older_url"])
    assert len(older.context["lines"]) == 1
    assert older.context["older_url"] == ""


def test_the_archive_is_checked_by_the_verifier_inside_it(
    signer: Signer, people: People, browser_of: BrowserOf, tmp_path: Path
) -> None:
    subject = a_case(people)
    signed_entry(signer, EventKind.APPLICATION_WITHDRAWN, subject=subject)
    listed()
    answer = browser_of("sara").get("/firm/events/download/", {"about": subject})
    with ZipFile(io.BytesIO(b"".join(answer))) as archive:
        archive.extractall(tmp_path)
    receipts = sorted((tmp_path / "receipts").iterdir())
    assert len(receipts) == 5
    said = verified(tmp_path)
    assert said.returncode == 0, said.stdout + said.stderr
    text = receipts[0].read_text()
    receipts[0].write_text(text.replace("index ", "index 1", 1))
    assert verified(tmp_path).returncode == 1


def test_no_archive_leaves_out_in_silence_what_is_not_what_was_signed(
    signer: Signer, people: People, browser_of: BrowserOf, admin_url: str
) -> None:
    subject = a_case(people)
    signed_entry(signer, EventKind.APPLICATION_WITHDRAWN, subject=subject)
    listed()
    with rewritten(admin_url, heads().signed):
        answer = browser_of("sara").get("/firm/events/download/", {"about": subject})
    assert answer.status_code == 422
    assert "no longer leads to the state that was signed" in answer.content.decode()
    settle(people.rita, Cause.PROOF)


def test_an_archive_holds_all_of_the_days_that_were_asked_for(
    signer: Signer, people: People, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = a_case(people)
    signed_entry(signer, EventKind.APPLICATION_WITHDRAWN, subject=subject)
    listed()
    batches = list(own_event_batches(people.sara, OwnFilter(about=subject), size=2))
    assert [len(batch) for batch in batches] == [2, 2, 1]
    entries = [entry for batch in batches for entry in batch]
    assert entries == list(own_events(people.sara, about=subject).entries)
    sara, today = browser_of("sara"), timezone.localdate(timezone=SHANGHAI)
    download, tomorrow = "/firm/events/download/", today + timedelta(days=1)
    for since, expected in ((today - timedelta(days=1), 5), (tomorrow, 0)):
        answer = sara.get(download, {"about": subject, "since": since.isoformat()})
        with ZipFile(io.BytesIO(b"".join(answer))) as archive:
            assert len([n for n in archive.namelist() if "receipts" in n]) == expected
    monkeypatch.setattr(own_archive, "MOST_RECEIPTS", 4)
    refusal = sara.get(download, {"about": subject})
    assert refusal.status_code == 422
    assert "Choose fewer days" in refusal.content.decode()


def test_receipts_of_many_cost_as_many_queries_as_of_one(signer: Signer) -> None:
    for _ in range(20):
        write()
    last = signed_entry(signer)
    counts = []
    for size in (1, 21):
        entries = entries_from(last.seq + 1 - size, size=size)
        with CaptureQueriesContext(connection) as queries:
            receipts = receipts_of(entries)
        assert [receipt.check(*verifiers()) for receipt in receipts] == [e.event for e in entries]
        counts.append(len(queries))
    assert counts[0] == counts[1]


def verified(folder: Path) -> subprocess.CompletedProcess[str]:
    """The one command of the archive's README."""
    return subprocess.run(
        [sys.executable, "verify_taxbridge.py", "receipt", "receipts", "--policy", "policy"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
