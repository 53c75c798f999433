"""Consent receipts outside: the offline verifier, and that the public page agrees with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from ledger.export import exporting
from ledger.export import verify_taxbridge as verifier
from ledger.export.exporting import export_to
from ledger.format.note_keys import Signer
from ledger.keys import policy, verifiers
from portal.consents.pause_consent import pause_consent
from portal.consents.stop_consent import stop_consent
from portal.oversight.check_receipt import check_receipt_text
from portal.oversight.receipt_check import Verdict
from tests.consents.test_consent_receipts import LIES, receipt, resigned
from tests.consents.test_receipts import ledger_key, parties, sequenced
from tests.gate.parties import Parties, granted
from tests.personas import keys

__all__ = ["keys", "ledger_key", "parties"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def token(parties: Parties, ledger_key: Signer) -> str:
    """The receipt of a withdrawal, with a pause before it."""
    consent: UUID = granted(parties)
    pause_consent(parties.actor, consent_id=consent)
    stop_consent(parties.actor, consent_id=consent)
    sequenced(ledger_key)
    return receipt(parties.actor, consent)


def verified(folder: Path, capsys: Capture, text: str, *more: object) -> tuple[int, dict[str, Any]]:
    file = folder / "receipt.jws"
    file.write_text(text, encoding="utf-8")
    (key,) = verifiers()
    given = more or ("--receipt-key", settings.RECEIPTS_PUBLIC_KEYS)
    command = ["receipt", file, "--vkey", key, *given, "--json"]
    code = verifier.main([str(one) for one in command])
    return code, json.loads(capsys.readouterr().out)


def page_accepts(text: str) -> bool:
    return check_receipt_text(text, policy()).verdict is not Verdict.REFUSED


def test_the_verifier_says_who_what_for_what_and_until(
    token: str, tmp_path: Path, capsys: Capture
) -> None:
    code, said = verified(tmp_path, capsys, token + "\n")
    assert code == verifier.HOLDS
    words = "\n".join(said["says"])
    for part in ("Who: ", "What: VAT", "For what: Deciding on one loan", " until "):
        assert part in words, words
    assert "consent.paused" in words


def changed(token: str, place: int) -> str:
    """Another sign of base64url at this place."""
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def test_one_changed_byte_is_refused_by_verifier_and_page_alike(
    token: str, tmp_path: Path, capsys: Capture
) -> None:
    head, body = token.index("."), token.rindex(".")
    found: dict[str, set[str]] = {"header": set(), "body": set(), "signature": set()}
    for place in sorted({*range(0, len(token), 149), 3, head - 1, head + 9, body - 1, body + 2}):
        if place not in (head, body):
            other = changed(token, place)
            code, said = verified(tmp_path, capsys, other)
            assert (code, page_accepts(other)) == (verifier.FAILS, False), place
            part = "header" if place < head else "body" if place < body else "signature"
            found[part].add(said["problem"])
    assert found["header"] <= {"header", "malformed"}
    assert found["signature"] == {"signature"}
    assert {"body", "proof"} <= found["body"] <= {"body", "proof", "signature"}
    last = changed(token, len(token) - 1)
    assert (verified(tmp_path, capsys, last)[0], page_accepts(last)) == (verifier.FAILS, False)


def test_words_that_the_ledger_lacks_rest_on_the_signature(
    token: str, tmp_path: Path, capsys: Capture
) -> None:
    lie = resigned(token, lambda it: it["pii_principal"].update(name="Another firm"))
    head, body, _mark = lie.split(".")
    grafted = ".".join([head, body, token.split(".")[2]])
    code, said = verified(tmp_path, capsys, grafted)
    assert (code, said["problem"], page_accepts(grafted)) == (verifier.FAILS, "signature", False)


def test_what_the_portals_key_alone_signed_is_refused_by_both(
    token: str, tmp_path: Path, capsys: Capture
) -> None:
    for name, (change, _words) in LIES.items():
        lie = resigned(token, change)
        code, said = verified(tmp_path, capsys, lie)
        assert (code, page_accepts(lie)) == (verifier.FAILS, False), name
        assert said["problem"] == ("proof" if name == "proof" else "body"), name


@pytest.mark.parametrize(
    "text",
    ["..", "eyJ", "eyJ.eyJ.eyJ", "e30.e30.e30", "a.b.c.d", "eyJ." + "W1t" * 99_999 + ".A", "é.a.a"],
    ids=range(7),
)
def test_nonsense_is_refused_in_words(
    text: str, keys: None, tmp_path: Path, capsys: Capture
) -> None:
    code, said = verified(tmp_path, capsys, text)
    assert code == verifier.FAILS
    assert said["says"]


def test_an_export_carries_the_key_which_proves_nothing_by_itself(
    token: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests' witnesses may have seen a shorter log only; this export has the receipt's entry.
    newest = "SELECT NULL::bigint, max(size) FROM ledger.checkpoint"
    monkeypatch.setattr(exporting, "_HEADS", newest)
    folder = tmp_path / "export"
    export_to(folder)
    code, said = verified(tmp_path, capsys, token, "--log", folder)
    assert (code, said.get("problem")) == (verifier.UNANCHORED, None), said
    given = ("--log", folder, "--receipt-key", folder / "keys" / "receipts.json")
    assert verified(tmp_path, capsys, token, *given)[0] == verifier.HOLDS
    code, said = verified(tmp_path, capsys, token, "--origin", "taxbridge.example/ledger")
    assert (code, said["problem"]) == (verifier.UNCHECKED, "no_receipt_key")
    code, said = verified(tmp_path, capsys, token, "--receipt-key", folder / "policy")
    assert (code, said["problem"]) == (verifier.UNCHECKED, "receipt_key")
