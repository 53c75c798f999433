"""Receipts of an end: *stopped* at once, *erased* when reported, checked without the portal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils import timezone

from ledger.format.note_keys import Signer, Verifier
from ledger.format.receipt import Receipt, ReceiptRefused
from ledger.keys import origin, verifiers
from portal.consents.queries import consent_for
from portal.consents.receipts import Kind, erasing_of, provable, receipt_bundle
from portal.consents.stop_consent import stop_consent
from portal.core.errors import NotFound, RuleBroken
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from portal.taxdata.erasing import erase_tax_data
from scoring.erase_features import erase_features
from scoring.tasks import WORKER
from tests.applications.cases import as_vault_worker
from tests.gate.figures import with_figures
from tests.gate.parties import Parties, granted, new_parties, sealed
from tests.ledger.facts import drain
from tests.personas import keys

__all__ = ["keys"]

VERIFIER = Path(__file__).resolve().parents[2] / "ledger" / "export" / "verify_taxbridge.py"
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


def sequenced(signer: Signer) -> None:
    drain(signer)


def stopped(parties: Parties) -> UUID:
    consent = granted(parties)
    sealed(parties, consent)
    stop_consent(parties.actor, consent_id=consent)
    return consent


@pytest.fixture
def ledger_key(keys: None) -> Signer:
    return Signer.from_pem(origin(), (settings.KEYS_DIR / "ledger" / "signing.pem").read_bytes())


def own_key() -> Verifier:
    (found,) = verifiers()
    return found


def test_stopped_is_proven_as_soon_as_the_ledger_is_signed(
    parties: Parties, ledger_key: Signer
) -> None:
    consent = stopped(parties)
    with pytest.raises(NotFound):
        receipt_bundle(parties.actor, consent, Kind.STOPPED)
    sequenced(ledger_key)
    bundle = receipt_bundle(parties.actor, consent, Kind.STOPPED)
    (receipt,) = map(Receipt.parse, bundle["receipts"])
    event = receipt.check(own_key())
    assert (event.kind, event.subject) == ("consent.withdrawn", f"consent:{consent}")


def test_erased_waits_until_nothing_is_left_whatever_a_job_says(
    parties: Parties, ledger_key: Signer
) -> None:
    consent = stopped(parties)
    with_figures(parties, consent)
    JobRow.objects.filter(subject=f"consent:{consent}", name=Job.ERASE_FEATURES).update(
        status=JobStatus.DONE, finished_at=timezone.now()
    )
    view = consent_for(parties.actor, consent)
    sequenced(ledger_key)
    assert erasing_of(view) is None
    erase_tax_data(consent, using="intake")
    sequenced(ledger_key)
    reported = erasing_of(view)
    assert reported is not None
    assert (reported.chunks, reported.kept, reported.is_complete) == (36, 0, False)
    assert provable(view) == {Kind.STOPPED}
    with pytest.raises(NotFound):
        receipt_bundle(parties.actor, consent, Kind.ERASED)
    with as_vault_worker():
        erase_features(WORKER, consent_id=consent)
    sequenced(ledger_key)
    assert provable(view) == {Kind.STOPPED, Kind.ERASED}
    text, _figures = receipt_bundle(parties.actor, consent, Kind.ERASED)["receipts"]
    assert Receipt.parse(text).check(own_key()).payload["chunks"] == 36


def test_a_ledger_that_was_altered_gives_no_receipt(
    parties: Parties, ledger_key: Signer, admin_url: str
) -> None:
    consent = stopped(parties)
    sequenced(ledger_key)
    (receipt,) = receipt_bundle(parties.actor, consent, Kind.STOPPED)["receipts"]
    change = "UPDATE ledger.entry SET leaf_hash = %s WHERE seq = %s"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        beside = Receipt.parse(receipt).seq - 1
        row = admin.execute(
            "SELECT leaf_hash FROM ledger.entry WHERE seq = %s", [beside]
        ).fetchone()
        assert row is not None
        admin.execute("ALTER TABLE ledger.entry DISABLE TRIGGER append_only")
        admin.execute(change, [bytes(32), beside])
        try:
            with pytest.raises(RuleBroken) as refused:
                receipt_bundle(parties.actor, consent, Kind.STOPPED)
        finally:
            admin.execute(change, [row[0], beside])
            admin.execute("ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only")
    assert refused.value.code == "ledger_altered"
    assert receipt_bundle(parties.actor, consent, Kind.STOPPED)["receipts"] == [receipt]


def test_a_strangers_receipt_is_not_there(parties: Parties, ledger_key: Signer) -> None:
    consent = stopped(parties)
    sequenced(ledger_key)
    with pytest.raises(NotFound):
        receipt_bundle(new_parties().actor, consent, Kind.STOPPED)


DAMAGES: dict[str, Callable[[str], str]] = {
    "another number": lambda text: re.sub(r"index [0-9]+", "index 0", text),
    "another version": lambda text: text.replace("@v1", "@v2"),
    "no proof": lambda text: re.sub(r"(index [0-9]+\n)[^—]*?\n\n", r"\1\n", text, count=1),
    "no signature": lambda text: text.partition("\n— ")[0],
    "one line more": lambda text: text.replace("\nindex", "\nmore 1\nindex"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_receipt_proves_nothing(
    parties: Parties, ledger_key: Signer, damage: str
) -> None:
    text = _text(parties, ledger_key)
    damaged = DAMAGES[damage](text)
    assert damaged != text
    with pytest.raises(ReceiptRefused):
        Receipt.parse(damaged).check(own_key())


def test_one_changed_byte_or_another_key_proves_nothing(
    parties: Parties, ledger_key: Signer
) -> None:
    receipt = Receipt.parse(_text(parties, ledger_key))
    receipt.check(own_key())
    forged = receipt.body.replace(b"withdrawn", b"resumed..")
    with pytest.raises(ReceiptRefused):
        replace(receipt, body=forged).check(own_key())
    stranger = Signer(origin(), Ed25519PrivateKey.generate()).verifier
    with pytest.raises(ReceiptRefused):
        receipt.check(stranger)


def test_anybody_checks_the_file_without_the_portal(
    parties: Parties, ledger_key: Signer, tmp_path: Path
) -> None:
    """In a process that has neither settings nor database."""
    consent = stopped(parties)
    sequenced(ledger_key)
    bundle = receipt_bundle(parties.actor, consent, Kind.STOPPED)
    file = tmp_path / "stopped.json"
    file.write_text(json.dumps(bundle), encoding="utf-8")
    (key,) = bundle["keys"]
    assert _verified(file, "--vkey", key)[0] == 0
    code, said = _verified(file)
    assert (code, "consent.withdrawn" in said) == (3, True)
    seq = Receipt.parse(bundle["receipts"][0]).seq
    bundle["receipts"][0] = bundle["receipts"][0].replace(f"index {seq}", f"index {seq + 1}")
    file.write_text(json.dumps(bundle), encoding="utf-8")
    assert _verified(file, "--vkey", key)[0] == 1


def _text(parties: Parties, ledger_key: Signer) -> str:
    consent = stopped(parties)
    sequenced(ledger_key)
    (text,) = receipt_bundle(parties.actor, consent, Kind.STOPPED)["receipts"]
    return str(text)


def _verified(file: Path, *options: str) -> tuple[int, str]:
    """What the offline verifier says of the file, and its exit code."""
    done = subprocess.run(
        [sys.executable, VERIFIER, "receipt", file, *options],
        capture_output=True,
        text=True,
        check=False,
        env={},
    )
    return done.returncode, done.stdout
