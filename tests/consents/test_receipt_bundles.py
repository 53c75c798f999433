"""A receipt file says what its entries prove, of the consent and document it names, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from ledger.format.note_keys import Signer
from ledger.format.receipt import PROOFS, ReceiptRefused, checked_bundle
from portal.consents.queries import consent_for
from portal.consents.receipts import ENDS, ERASURES, Kind, provable, receipt_bundle
from portal.taxdata.erasing import erase_tax_data
from tests.consents.test_receipts import ledger_key, own_key, parties, sequenced, stopped
from tests.gate.parties import Parties
from tests.personas import keys

__all__ = ["keys", "ledger_key", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Bundle = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Files:
    """Both receipts of one consent, and of another."""

    consent: UUID
    stopped: Bundle
    erased: Bundle
    others: Bundle


@pytest.fixture
def files(parties: Parties, ledger_key: Signer) -> Files:
    mine, other = stopped(parties), stopped(parties)
    for consent in (mine, other):
        erase_tax_data(consent, using="intake")
    sequenced(ledger_key)
    return Files(
        mine,
        receipt_bundle(parties.actor, mine, Kind.STOPPED),
        receipt_bundle(parties.actor, mine, Kind.ERASED),
        receipt_bundle(parties.actor, other, Kind.ERASED),
    )


def proven(bundle: Any) -> bool:
    """Whether the portal's own checking of a bundle lets it pass."""
    try:
        return bool(checked_bundle(bundle, own_key()))
    except ReceiptRefused:
        return False


FORGERIES: dict[str, Callable[[Files], object]] = {
    "nothing in it": lambda f: {**f.erased, "receipts": []},
    "only that": lambda f: {"receipts": []},
    "another's entry": lambda f: {**f.erased, "receipts": f.others["receipts"]},
    "another's beside its own": lambda f: {
        **f.erased,
        "receipts": [*f.erased["receipts"], *f.others["receipts"]],
    },
    "another's name": lambda f: {**f.erased, "consent": f.others["consent"]},
    "stopped called erased": lambda f: {**f.stopped, "what": "erased"},
    "erased called stopped": lambda f: {**f.erased, "what": "stopped"},
    "some other word": lambda f: {**f.erased, "what": "destroyed"},
    "another document": lambda f: {**f.erased, "artefact_sha256": "0" * 64},
    "another's grant": lambda f: {
        **f.erased,
        "granted": f.others["granted"],
        "artefact_sha256": f.others["artefact_sha256"],
    },
    "an end as its grant": lambda f: {**f.erased, "granted": f.erased["receipts"][0]},
    "no grant": lambda f: {name: part for name, part in f.erased.items() if name != "granted"},
    "a list": lambda f: [f.erased],
}


def test_honest_files_are_proven(files: Files) -> None:
    assert proven(files.stopped)
    assert proven(files.erased)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_file_that_says_more_than_it_proves_is_refused(files: Files, forgery: str) -> None:
    assert not proven(FORGERIES[forgery](files))


def test_the_checker_knows_the_kinds_that_the_portal_puts_in() -> None:
    assert PROOFS["stopped"].kinds == set(ENDS)
    assert PROOFS["erased"].kinds == set(ERASURES)


def test_whether_a_link_shows_is_asked_without_building_a_proof(
    parties: Parties, files: Files
) -> None:
    view = consent_for(parties.actor, files.consent)
    with CaptureQueriesContext(connections["default"]) as queries:
        assert provable(view) == {Kind.STOPPED, Kind.ERASED}
    assert not [query for query in queries if "SELECT leaf_hash" in query["sql"]]
