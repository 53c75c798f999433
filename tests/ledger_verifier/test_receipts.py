"""`verify_taxbridge.py receipt` and `consistency`."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ledger.export import verify_taxbridge as verifier
from ledger.format.merkle import consistency_proof, leaf_hashes
from tests.ledger_verifier.exports import (
    LOG,
    WITNESSES,
    bodies,
    body,
    checkpoint,
    policy_file,
    receipt,
    run,
    write_export,
)

CONSENT = "3d9b6a7c-0d0e-4c4e-9a53-0f5b6a2f9f10"
DIGEST = "ab" * 32


def consent_log() -> list[bytes]:
    """A consent's life among other entries."""
    about: dict[str, Any] = {"subject": f"consent:{CONSENT}"}
    granted = body(0, kind="consent.granted", payload={"artefact_sha256": DIGEST}, **about)
    withdrawn = body(1, kind="consent.withdrawn", payload={}, **about)
    erased = body(2, kind="data.erased", payload={"kept": "2026-01"}, **about)
    return [granted, withdrawn, erased, *bodies(9)[3:]]


def bundle(what: str, *seqs: int) -> dict[str, object]:
    entries = consent_log()
    return {
        "what": what,
        "consent": CONSENT,
        "artefact_sha256": DIGEST,
        "keys": [str(LOG.verifier)],
        "granted": receipt(entries, 0),
        "receipts": [receipt(entries, seq) for seq in seqs],
    }


def checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, *options: object
) -> tuple[int, str]:
    path = tmp_path / "file"
    path.write_text(content)
    code, said = run(capsys, "receipt", path, "--policy", policy_file(tmp_path), *options)
    return code, str(said.get("problem"))


def test_a_receipt_holds_and_says_what_it_proves(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.tlog-proof").write_text(receipt(bodies(9), 4))
    policy = policy_file(tmp_path)
    code, said = run(capsys, "receipt", tmp_path / "one.tlog-proof", "--policy", policy)
    assert (code, said["entries"]) == (verifier.HOLDS, [4])
    assert "Entry 4: decision.recorded of application:" in said["says"][0]
    code, said = run(capsys, "receipt", tmp_path / "one.tlog-proof")
    assert (code, said["problem"]) == (verifier.UNCHECKED, "no_key")


def test_each_byte_of_a_receipt_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = receipt(bodies(9), 4)
    for place in range(0, len(text), 11):
        changed = text[:place] + chr(ord(text[place]) ^ 1) + text[place + 1 :]
        assert checked(tmp_path, capsys, changed)[0] == verifier.FAILS, changed


@pytest.mark.parametrize(("what", "seqs"), [("stopped", [1]), ("erased", [2])])
def test_a_bundle_of_receipts_holds(
    what: str, seqs: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(bundle(what, *seqs))
    assert checked(tmp_path, capsys, text)[0] == verifier.HOLDS
    assert run(capsys, "receipt", tmp_path / "file")[0] == verifier.UNANCHORED


@pytest.mark.parametrize(
    "changes",
    [
        {"receipts": []},
        {"what": "erased"},
        {"what": "kept"},
        {"consent": CONSENT.replace("3", "4")},
        {"artefact_sha256": "cd" * 32},
        {"granted": receipt(consent_log(), 1)},
        {"granted": 7},
        {"receipts": [receipt(consent_log(), 5)]},
    ],
)
def test_a_bundle_that_says_more_than_its_entries_is_refused(
    changes: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps({**bundle("stopped", 1), **changes})
    assert checked(tmp_path, capsys, text)[0] == verifier.FAILS


def test_a_folder_and_a_zip_of_receipts_are_looked_at_whole(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, policy = tmp_path / "mine", policy_file(tmp_path)
    folder.mkdir()
    (folder / "README.txt").write_text("Not a receipt.")
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        for seq in (2, 5):
            (folder / f"{seq}.tlog-proof").write_text(receipt(bodies(9), seq))
            archive.writestr(f"mine/{seq}.tlog-proof", receipt(bodies(9), seq))
    for path in (folder, tmp_path / "mine.zip"):
        code, said = run(capsys, "receipt", path, "--policy", policy)
        assert (code, said["entries"]) == (verifier.HOLDS, [2, 5])
    (folder / "5.tlog-proof").write_text(receipt(bodies(9), 5).replace("index 5", "index 4"))
    code, said = run(capsys, "receipt", folder, "--policy", policy)
    assert code == verifier.FAILS
    assert said["says"][0].startswith("5.tlog-proof: ")


def test_a_zip_that_unpacks_to_too_much_is_not_unpacked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy, path = policy_file(tmp_path), tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.tlog-proof", receipt(bodies(9), 2))
        for number in range(63):
            archive.writestr(f"{number}.txt", b"0" * 16_000_000)
    assert path.stat().st_size < 2_000_000
    code, said = run(capsys, "receipt", path, "--policy", policy)
    assert (code, said["problem"]) == (verifier.UNCHECKED, "too_large")


def test_a_receipt_is_held_against_a_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same log grown holds; one written anew, or cut off, does not."""
    text = receipt(bodies(9), 4)
    grown = write_export(tmp_path / "grown", bodies(300))
    assert checked(tmp_path, capsys, text, "--log", grown)[0] == verifier.HOLDS
    other = write_export(tmp_path / "other", [*bodies(2), body(7), *bodies(300)[3:]])
    assert checked(tmp_path, capsys, text, "--log", other) == (verifier.FAILS, "rewritten")
    short = write_export(tmp_path / "short", bodies(8))
    assert checked(tmp_path, capsys, text, "--log", short) == (verifier.FAILS, "shorter")


def two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, *options: object
) -> tuple[int, str]:
    (tmp_path / "old").write_text(old)
    (tmp_path / "new").write_text(new)
    key = ("--vkey", LOG.verifier)
    code, said = run(capsys, "consistency", tmp_path / "old", tmp_path / "new", *key, *options)
    return code, str(said.get("problem"))


def test_two_checkpoints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = checkpoint(bodies(5)), checkpoint(bodies(9))
    fork = checkpoint([*bodies(4), body(7)])
    log = ("--log", write_export(tmp_path / "log", bodies(20)))
    assert two(tmp_path, capsys, old, old) == (verifier.HOLDS, "None")
    assert two(tmp_path, capsys, old, fork) == (verifier.FAILS, "fork")
    assert two(tmp_path, capsys, new, old) == (verifier.FAILS, "shorter")
    assert two(tmp_path, capsys, old, new) == (verifier.UNCHECKED, "no_proof")
    assert two(tmp_path, capsys, old, new, *log) == (verifier.HOLDS, "None")
    assert two(tmp_path, capsys, fork, new, *log) == (verifier.FAILS, "rewritten")
    assert two(tmp_path, capsys, receipt(bodies(5), 1), new, *log) == (verifier.HOLDS, "None")


def test_a_consistency_proof_takes_the_place_of_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = tmp_path / "proof"
    hashes = consistency_proof(leaf_hashes(bodies(9)), 5)
    proof.write_text("".join(base64.b64encode(item).decode() + "\n" for item in hashes))
    old, new = checkpoint(bodies(5)), checkpoint(bodies(9))
    assert two(tmp_path, capsys, old, new, "--proof", proof)[0] == verifier.HOLDS
    fork = checkpoint([*bodies(4), body(7)])
    assert two(tmp_path, capsys, fork, new, "--proof", proof) == (verifier.FAILS, "proof")


def test_witnesses_may_be_named_by_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = write_export(tmp_path / "export", bodies(3))
    keys = tmp_path / "keys"
    keys.write_text(f"{LOG.verifier}\n{WITNESSES['regulator'].cosigner}\n")
    assert run(capsys, "log", export, "--vkey", keys)[0] == verifier.HOLDS
    absent = ("--vkey", WITNESSES["bank-b"].cosigner)
    code, said = run(capsys, "log", export, "--vkey", LOG.verifier, *absent)
    assert (code, said["problem"]) == (verifier.FAILS, "not_witnessed")
