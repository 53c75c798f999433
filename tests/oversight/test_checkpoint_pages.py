"""Checkpoints, witnesses, and two signed states compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connections, transaction
from django.test import Client

from ledger.checkpoint_queries import checkpoints_page
from ledger.format.note_keys import Signer
from ledger.halts import HaltReason, SigningHalted, record_halt
from portal.core.actor import Actor
from portal.oversight.models import Cause, Incident
from portal.oversight.watching import watch_ledger_once
from tests.ledger.conftest import signer
from tests.oversight.cases import settle
from tests.oversight.signing import signed_entry
from tests.personas import People

__all__ = ["signer"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
ALARMED = """
INSERT INTO ledger.witness_state (witness, size, problem, problem_since)
VALUES ('test', 7, 'larger', clock_timestamp())
ON CONFLICT (witness) DO UPDATE SET problem = 'larger', problem_since = clock_timestamp()
"""
CALMED = "UPDATE ledger.witness_state SET problem = NULL WHERE witness = 'test'"


def two_sizes(signer: Signer) -> tuple[int, int]:
    """Two signed states, one right after the other."""
    signed_entry(signer)
    signed_entry(signer)
    new, old = checkpoints_page(size=2).rows
    return old.size, new.size


def test_signed_states_follow_each_other_in_pages(signer: Signer, browser_of: BrowserOf) -> None:
    old, new = two_sizes(signer)
    page = checkpoints_page(size=1)
    assert ([row.size for row in page.rows], page.older_before) == ([new], new)
    assert [row.size for row in checkpoints_page(before=new, size=1).rows] == [old]
    rita = browser_of("rita")
    shown = rita.get("/regulator/checkpoints/").context["checkpoints"]
    assert [line.row.size for line in shown][:2] == [new, old]
    below = rita.get("/regulator/checkpoints/", {"before": new}).context["checkpoints"]
    assert below[0].row.size == old


def test_two_signed_states_are_compared(signer: Signer, browser_of: BrowserOf) -> None:
    old, new = two_sizes(signer)
    rita = browser_of("rita")

    def said(**sizes: int) -> str:
        return rita.get("/regulator/consistency/", sizes).content.decode()

    assert f"The ledger of {new} entries begins with that of {old}" in said(old=old, new=new)
    assert "one and the same" in said(old=new, new=new)
    assert "was never signed" in said(old=old, new=new + 1_000_000)
    assert rita.get("/regulator/consistency/", {"old": new, "new": old}).status_code == 422


def test_states_that_do_not_fit_open_an_incident(
    signer: Signer, people: People, browser_of: BrowserOf, admin_url: str
) -> None:
    settle(people.rita, Cause.PROOF)
    old, new = two_sizes(signer)
    with rewritten(admin_url, old):
        page = browser_of("rita").get("/regulator/consistency/", {"old": old, "new": new})
    assert "history was rewritten" in page.content.decode()
    assert Incident.objects.unclosed().filter(cause=Cause.PROOF, place=old - 1).count() == 1


@contextmanager
def rewritten(admin_url: str, size: int) -> Iterator[None]:
    """Another root in a stored checkpoint, by the superuser, and put back."""
    change = "UPDATE ledger.checkpoint SET root = %s WHERE size = %s"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        row = admin.execute("SELECT root FROM ledger.checkpoint WHERE size = %s", [size]).fetchone()
        assert row is not None
        admin.execute("ALTER TABLE ledger.checkpoint DISABLE TRIGGER ALL")
        admin.execute(change, [bytes(32), size])
        try:
            yield
        finally:
            admin.execute(change, [row[0], size])
            admin.execute("ALTER TABLE ledger.checkpoint ENABLE ALWAYS TRIGGER append_only")


def test_what_speaks_against_the_ledger_opens_incidents(signer: Signer, people: People) -> None:
    for cause in (Cause.WITNESS, Cause.SIGNING):
        settle(people.rita, cause)
    with transaction.atomic("sequencer"), connections["sequencer"].cursor() as cursor:
        cursor.execute(ALARMED)
        halted = SigningHalted(HaltReason.WITNESS_LARGER, size=1, detail="regulator")
        record_halt(cursor, halted)
    try:
        watch_ledger_once()
        watch_ledger_once()
    finally:
        with connections["sequencer"].cursor() as cursor:
            cursor.execute(CALMED)
        signed_entry(signer)
    watch_ledger_once()
    found = Incident.objects.unclosed().filter(cause__in=[Cause.WITNESS, Cause.SIGNING])
    assert sorted((one.cause, one.place, one.detail) for one in found) == [
        ("signing_stopped", 1, "witness_larger"),
        ("witness_alarm", 7, "larger"),
    ]
