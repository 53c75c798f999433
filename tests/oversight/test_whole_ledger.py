"""A regulator takes the whole ledger away, and checks it with nothing of ours."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import psycopg
import pytest
from django.test import Client

from ledger.format.note_keys import Signer
from ledger.queries import entry as entry_view
from ledger.standing import heads
from portal.core.actor import Actor
from portal.oversight.models import Cause, Incident
from portal.web.regulator import whole_ledger
from tests.ledger.conftest import signer
from tests.oversight.cases import settle
from tests.oversight.signing import signed_entry
from tests.personas import People

__all__ = ["signer"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
ADDRESS = "/regulator/export/"


def test_the_download_is_verified_by_its_own_program(
    signer: Signer, browser_of: BrowserOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_entry(signer)
    # Another worker packs a ledger in the common folder at the same time.
    own = tmp_path / "temporary"
    own.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(own))
    content = browser_of("rita").post(ADDRESS).getvalue()
    assert not list(own.iterdir())
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        archive.extractall(tmp_path)  # noqa: S202 -- our own
    program = tmp_path / whole_ledger.NAME / "verify_taxbridge.py"
    result = subprocess.run(
        [sys.executable, program, "log", program.parent, "--vkey", str(signer.verifier)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    size = int((program.parent / "checkpoint").read_text().split("\n")[1])
    assert 0 < size <= heads().signed
    assert f"{size:,} entries" in result.stdout


def test_a_ledger_too_large_for_a_page_is_not_begun(
    signer: Signer, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_entry(signer)
    monkeypatch.setattr(whole_ledger, "MOST_ENTRIES", 0)
    shown = browser_of("rita").post(ADDRESS, follow=True).content.decode()
    assert "too large for a page" in shown


def test_what_was_not_signed_is_not_handed_out(
    signer: Signer, people: People, browser_of: BrowserOf, admin_url: str
) -> None:
    signed_entry(signer)
    settle(people.rita, Cause.PROOF)
    first = entry_view(0)
    assert first is not None
    entry = first.entry
    rita = browser_of("rita")
    change = "UPDATE ledger.entry SET body = %s WHERE seq = %s"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("ALTER TABLE ledger.entry DISABLE TRIGGER append_only")
        admin.execute(change, [entry.body.replace(b'"v":1', b'"v":2'), entry.seq])
        try:
            shown = rita.post(ADDRESS, follow=True).content.decode()
        finally:
            admin.execute(change, [entry.body, entry.seq])
            admin.execute("ALTER TABLE ledger.entry ENABLE ALWAYS TRIGGER append_only")
    assert "not those that were signed" in shown
    assert Incident.objects.exclude(status="closed").filter(cause=Cause.PROOF).exists()
    settle(people.rita, Cause.PROOF)
