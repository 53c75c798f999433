"""Proofs from stored subtrees: the same as from all leaves, and read from few rows."""

from __future__ import annotations

import re

import psycopg
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import nodes as stored
from ledger.format.merkle import inclusion_proof, leaf_hash, root_of
from ledger.format.note_keys import Signer
from ledger.format.receipt import ReceiptRefused
from ledger.format.subtrees import WIDTH, inclusion_path
from ledger.proofs import receipt_of
from ledger.queries import Entry, newest
from ledger.queries import entry as entry_view
from tests.ledger.facts import drain, write

LEAVES = [leaf_hash(str(number).encode()) for number in range(1500)]


def computed(level: int, first: int, count: int) -> list[bytes]:
    """The nodes by definition."""
    width = WIDTH**level
    spans = [LEAVES[index * width : (index + 1) * width] for index in range(first, first + count)]
    assert all(len(span) == width for span in spans), "only full subtrees are asked for"
    return [root_of(span) for span in spans]


@settings(max_examples=150)
@given(st.data())
def test_a_path_is_the_same_as_from_all_leaves(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(LEAVES)) | st.sampled_from([255, 256, 257, 512, 768, 1024]))
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(computed, index=index, size=size)
    assert path == inclusion_proof(LEAVES[:size], index)


def filled(signer: Signer) -> list[Entry]:
    """A signed ledger of more than two tiles: its first entry, one in the middle and its last."""
    drain()
    while (last := newest()) is None or last.seq < 2 * WIDTH + 20:
        for _ in range(100):
            write()
        drain()
    write()
    drain(signer)
    last = newest()
    assert last is not None
    views = [entry_view(seq) for seq in (0, WIDTH + 3, last.seq)]
    return [view.entry for view in views if view is not None]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_receipt_reads_tiles_and_not_the_ledger(signer: Signer) -> None:
    for entry in filled(signer):
        with CaptureQueriesContext(connections["default"]) as queries:
            receipt = receipt_of(entry)
        assert receipt is not None
        receipt.check(signer.verifier)
        asked = [query["sql"] for query in queries if "SELECT leaf_hash" in query["sql"]]
        spans = [re.search(r"seq >= (\d+) AND seq < (\d+)", sql) for sql in asked]
        assert asked
        assert all(spans), "never from the beginning"
        read = sum(int(span[2]) - int(span[1]) for span in spans if span)
        assert read <= 2 * WIDTH, "the entry's own tile and the last one"
        assert len(queries) < 40


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_nodes_follow_from_the_entries(signer: Signer) -> None:
    filled(signer)
    with connections["sequencer"].cursor() as cursor:
        cursor.execute("SELECT leaf_hash FROM ledger.entry ORDER BY seq LIMIT %s", [2 * WIDTH])
        leaves = [bytes(leaf) for (leaf,) in cursor.fetchall()]
        cursor.execute("SELECT hash FROM ledger.node WHERE level = 1 ORDER BY index LIMIT 2")
        found = [bytes(node) for (node,) in cursor.fetchall()]
    assert found == [root_of(leaves[:WIDTH]), root_of(leaves[WIDTH:])]


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_missing_nodes_cost_time_and_altered_ones_give_no_receipt(
    signer: Signer, admin_url: str
) -> None:
    first, *_, last = filled(signer)
    with psycopg.connect(admin_url) as admin:
        admin.execute("ALTER TABLE ledger.node DISABLE TRIGGER append_only")
        admin.execute("CREATE TEMP TABLE kept AS SELECT * FROM ledger.node")
        admin.execute("DELETE FROM ledger.node")
        with connections["sequencer"].cursor() as cursor:
            assert len(stored.nodes(cursor, 1, 0, 2)) == 2
        admin.commit()
        try:
            receipt = receipt_of(last)
            assert receipt is not None
            receipt.check(signer.verifier)
            admin.execute("INSERT INTO ledger.node SELECT level, index, sha256(hash) FROM kept")
            admin.commit()
            with pytest.raises(ReceiptRefused):
                receipt_of(last)
            with connections["sequencer"].cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            admin.execute("DELETE FROM ledger.node")
            admin.execute("INSERT INTO ledger.node SELECT * FROM kept")
            admin.execute("ALTER TABLE ledger.node ENABLE ALWAYS TRIGGER append_only")
            admin.commit()
    assert receipt_of(first) is not None
