from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.utils import translation

from ledger import queries, words
from ledger.kinds import EventKind
from tests.ledger.facts import drain, fresh, payload_of, write

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    subject = fresh("application")
    for _ in range(7):
        write(subject=subject)
    drain()
    seen, before, sizes = [], None, []
    while True:
        page = queries.entries_page(subject=subject, before_seq=before, size=3)
        seen += [entry.seq for entry in page.entries]
        sizes.append(len(page.entries))
        before = page.older_before
        if before is None:
            break
    assert sizes == [3, 3, 1]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 7


def test_a_page_of_one_kind_has_only_that() -> None:
    subject = fresh("application")
    write(EventKind.DECISION_RECORDED, subject=subject)
    write(EventKind.APPLICATION_WITHDRAWN, subject=subject)
    drain()
    page = queries.entries_page(kind=EventKind.DECISION_RECORDED, subject=subject)
    assert [entry.kind for entry in page.entries] == ["decision.recorded"]
    assert {entry.kind for entry in queries.entries_page(size=20).entries} > {"decision.recorded"}


def test_a_page_has_a_most() -> None:
    write()
    drain()
    assert len(queries.entries_page(size=0).entries) == 1
    assert len(queries.entries_page(size=10**9).entries) <= queries.MAX_PAGE


@pytest.mark.parametrize("field", ["kind", "subject"])
def test_the_filters_have_an_index(administrator: str, field: str) -> None:
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN SELECT FROM ledger.entry WHERE ledger.{field}_of(body) = 'x'")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"entry_{field}" in plan


@pytest.mark.parametrize(
    ("condition", "index"),
    [("true", "entry_at"), ("ledger.kind_of(body) = 'offer.made'", "entry_kind_at")],
)
def test_days_are_walked_along_an_index(administrator: str, condition: str, index: str) -> None:
    at = 'ledger.at_of(body) COLLATE "C"'
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(
            f"EXPLAIN SELECT FROM ledger.entry WHERE {condition} AND {at} >= '2026'"
            f" AND ({at}, seq) < ('2027', 9) ORDER BY {at} DESC, seq DESC LIMIT 26"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"Index Scan Backward using {index} " in plan
    assert "Sort" not in plan


def test_one_entry_says_what_holds_and_who_stands_beside_it() -> None:
    written = [write() for _ in range(3)]
    drain()
    middle = queries.entry_of_event(written[1])
    assert middle is not None
    view = queries.entry(middle.seq)
    assert view is not None
    assert view.entry == middle
    assert view.verdict.ok
    assert (view.previous_seq, view.next_seq) == (middle.seq - 1, middle.seq + 1)
    assert middle.event_id == written[1]
    assert middle.actor.startswith("person:")
    assert middle.at is not None


def test_the_ends_of_the_chain_hold_too() -> None:
    write()
    drain()
    newest = queries.newest()
    assert newest is not None
    for seq in (0, newest.seq):
        view = queries.entry(seq)
        assert view is not None
        assert view.verdict.ok
    assert queries.entry(newest.seq + 1) is None
    assert queries.entry(-1) is None


DAMAGE = "UPDATE ledger.entry SET {} WHERE seq = %s"


@pytest.mark.parametrize(
    ("change", "body_holds", "follows_previous", "next_follows"),
    [
        ("body = body || ' '", False, False, True),
        ("leaf_hash = sha256('x')", False, True, True),
        ("chain_hash = sha256('x')", True, False, False),
        ("body = 'x', leaf_hash = sha256('\\x0078')", False, False, True),
    ],
)
def test_a_damaged_entry_shows_where(
    administrator: str,
    change: str,
    body_holds: bool,  # noqa: FBT001 -- a column of the table above
    follows_previous: bool,  # noqa: FBT001
    next_follows: bool,  # noqa: FBT001
) -> None:
    written = [write() for _ in range(3)]
    drain()
    middle = queries.entry_of_event(written[1])
    assert middle is not None
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        cursor.execute("ALTER TABLE ledger.entry DISABLE TRIGGER append_only")
        cursor.execute(DAMAGE.format(change), [middle.seq])
        view = queries.entry(middle.seq, using=administrator)
        transaction.set_rollback(True, using=administrator)
    assert view is not None
    verdict = view.verdict
    assert (verdict.body_holds, verdict.follows_previous) == (body_holds, follows_previous)
    assert verdict.next_follows is next_follows
    assert not verdict.ok


def test_unreadable_bytes_show_as_such(administrator: str) -> None:
    event_id = write()
    drain()
    with transaction.atomic(administrator), connections[administrator].cursor() as cursor:
        cursor.execute("ALTER TABLE ledger.entry DISABLE TRIGGER append_only")
        cursor.execute(
            "UPDATE ledger.entry SET body = '\\xff' || body WHERE event_id = %s", [event_id]
        )
        entry = queries.entry_of_event(event_id, using=administrator)
        transaction.set_rollback(True, using=administrator)
    assert entry is not None
    assert entry.event is None
    assert (entry.kind, entry.actor, entry.subject, entry.payload) == ("", "", "", {})
    assert entry.text.startswith("\N{REPLACEMENT CHARACTER}{")
    assert words.entry_sentence(entry) == "This entry can no longer be read as an event."


def test_a_pending_event_is_counted_and_has_no_entry() -> None:
    before = queries.pending_count()
    event_id = write()
    assert queries.pending_count() == before + 1
    assert queries.entry_of_event(event_id) is None
    assert queries.entry_of_event(uuid4()) is None


def test_an_entry_in_words() -> None:
    subject = fresh("application")
    write(
        EventKind.APPLICATION_SUBMITTED,
        subject=subject,
        payload={
            **payload_of(EventKind.APPLICATION_SUBMITTED),
            "amount_fen": 123_456_789,
            "term_months": 12,
        },
    )
    drain()
    (entry,) = queries.entries_page(subject=subject).entries
    with translation.override("en"):
        sentence = words.entry_sentence(entry)
    assert sentence == "A firm applied for a loan of 1,234,567.89 yuan over 12 months."
