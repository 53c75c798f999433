"""`verify_taxbridge.py log`: what it accepts, what it refuses, and how it says so."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from ledger.export import verify_taxbridge as verifier
from ledger.format.canonical import NotCanonical
from ledger.format.event import Event
from ledger.format.merkle import leaf_hashes, root_of
from ledger.format.note_keys import Signer
from ledger.format.notes import sign_note
from ledger.format.tiles import bundle_path, write_bundle
from tests.ledger_verifier.exports import (
    LOG,
    bodies,
    body,
    checkpoint,
    instant,
    key,
    policy_file,
    run,
    write_export,
)

SIZES = [1, 2, 255, 256, 257, 600]


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_export_holds(
    size: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history = [older for older in SIZES if older < size]
    export = write_export(tmp_path / "export", bodies(size), history=history)
    code, said = run(capsys, "log", export, "--policy", policy_file(tmp_path))
    assert (code, said["verdict"], said["size"]) == (verifier.HOLDS, "holds", size)
    assert (said["events"], said["history"]) == (True, len(history))
    assert set(said["witnesses"]) == {"regulator", "bank-a"}


def test_two_processes_say_what_one_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = write_export(tmp_path / "export", bodies(257), history=[3, 256])
    asked = ("log", export, "--policy", policy_file(tmp_path))
    assert run(capsys, *asked) == run(capsys, *asked, "--processes", 2)


def test_tiles_of_several_levels_are_compared(tmp_path: Path) -> None:
    """65,536 entries fill a tile of the second level; random bytes need no JSON."""
    entries = [b"%d" % number for number in range(65_536 + 300)]
    export = write_export(tmp_path / "export", entries, history=[65_536])
    walk = verifier.Walk(export, len(entries), frozenset({65_536}))
    assert walk.roots()[len(entries)] == root_of(leaf_hashes(entries))
    tile = export / "tile/1/000"
    tile.write_bytes(tile.read_bytes()[:-1] + b"x")
    with pytest.raises(verifier.DoesNotHold, match=r"tile/1/000 doesn't belong to entries 65280"):
        walk.roots()


def test_a_foreign_log_holds_under_its_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Any bytes as entries, an extension line in its checkpoint."""
    entries = [bytes([number % 256]) * number for number in range(300)]
    other = Signer("example.com/behind-the-sofa", key(9))
    export = write_export(tmp_path / "export", entries)
    root = base64.b64encode(root_of(leaf_hashes(entries[:290]))).decode()
    (export / "checkpoint").write_text(sign_note(f"{other.name}\n290\n{root}\nmore\n", other))
    for path in ("tile/0/001.p", "tile/entries/001.p"):
        (export / path / "44").rename(export / path / "34")
    bundle, rest = export / "tile/entries/001.p/34", write_bundle(entries[256:290])
    assert bundle.read_bytes().startswith(rest)
    bundle.write_bytes(rest)
    (export / "tile/0/001.p/34").write_bytes(b"".join(leaf_hashes(entries[256:290])))
    code, said = run(capsys, "log", export, "--vkey", other.verifier)
    assert (code, said["size"], said["events"]) == (verifier.HOLDS, 290, False)


def test_a_log_of_another_name_than_its_key_has_to_be_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One key may sign for two logs: which of them is meant, only the reader can say."""
    export = write_export(tmp_path / "export", bodies(3))
    root = base64.b64encode(root_of(leaf_hashes(bodies(3)))).decode()
    (export / "checkpoint").write_text(sign_note(f"another log\n3\n{root}\n", LOG))
    code, said = run(capsys, "log", export, "--vkey", LOG.verifier)
    assert (code, said["problem"]) == (verifier.FAILS, "not_signed")
    named = ("--origin", "another log")
    assert run(capsys, "log", export, "--vkey", LOG.verifier, *named)[0] == verifier.HOLDS


def test_a_full_tile_takes_the_place_of_a_partial_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The checkpoint is older than the tiles; a partial tile itself may not be longer."""
    export, policy = write_export(tmp_path / "export", bodies(256)), policy_file(tmp_path)
    (export / "checkpoint").write_text(checkpoint(bodies(250)))
    (export / "tile/1").rename(tmp_path / "unused")
    assert run(capsys, "log", export, "--policy", policy)[0] == verifier.HOLDS
    (export / "tile/0/000.p").mkdir()
    (export / "tile/0/000").rename(export / "tile/0/000.p/250")
    assert run(capsys, "log", export, "--policy", policy)[1]["problem"] == "malformed"


def damage_byte(export: Path) -> str:
    path = export / bundle_path(0)
    raw = path.read_bytes()
    path.write_bytes(raw[:3000] + bytes([raw[3000] ^ 1]) + raw[3001:])
    return "tile"


def damage_length(export: Path) -> str:
    """The entries are all there, and something behind them."""
    path = export / bundle_path(1, 44)
    path.write_bytes(path.read_bytes() + write_bundle([b"more"]))
    return "malformed"


def damage_tail(export: Path) -> str:
    (export / bundle_path(1, 44)).unlink()
    return "missing"


def damage_quorum(export: Path) -> str:
    (export / "checkpoint").write_text(checkpoint(bodies(300), witnesses=["regulator"]))
    return "not_witnessed"


def damage_key(export: Path) -> str:
    stolen = Signer(LOG.name, key(7))
    text = (export / "checkpoint").read_text().partition("\n\n")[0] + "\n"
    (export / "checkpoint").write_text(sign_note(text, stolen))
    return "not_signed"


def damage_signature(export: Path) -> str:
    changed = (export / "checkpoint").read_text().replace("\n300\n", "\n301\n")
    (export / "checkpoint").write_text(changed)
    return "signature"


def damage_everything(export: Path) -> str:
    """Entry 5 is another, and all is computed and signed anew; the history is left."""
    kept = (export / "history" / "200").read_text()
    write_anew(export, [*bodies(5), body(5, kind="offer.accepted"), *bodies(300)[6:]])
    (export / "history" / "200").write_text(kept)
    return "root"


def damage_ids(export: Path) -> str:
    write_anew(export, [*bodies(299), body(7)])
    return "event_twice"


def damage_form(export: Path) -> str:
    write_anew(export, [*bodies(299), body(299).replace(b":{", b": {")])
    return "not_an_event"


def damage_date(export: Path) -> str:
    write_anew(export, [*bodies(299), body(299, at=instant(0) - timedelta(days=1))])
    return "dated_elsewhen"


def damage_future(export: Path) -> str:
    write_anew(export, [*bodies(299), body(299, at=instant(299) + timedelta(days=1))])
    return "dated_elsewhen"


def damage_history(export: Path) -> str:
    (export / "history" / "200").rename(export / "history" / "201")
    return "history"


def write_anew(export: Path, entries: list[bytes]) -> None:
    for path in export.rglob("*"):
        if path.is_file():
            path.unlink()
    write_export(export, entries, history=[200])


DAMAGES = [
    damage_byte,
    damage_length,
    damage_tail,
    damage_quorum,
    damage_key,
    damage_signature,
    damage_everything,
    damage_ids,
    damage_form,
    damage_date,
    damage_future,
    damage_history,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_wrong_is_named(
    damage: Callable[[Path], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = write_export(tmp_path / "export", bodies(300), history=[200])
    policy = policy_file(tmp_path)
    assert run(capsys, "log", export, "--policy", policy)[0] == verifier.HOLDS
    problem = damage(export)
    code, said = run(capsys, "log", export, "--policy", policy)
    assert said.get("problem") == problem, said
    assert code == (verifier.UNCHECKED if problem == "missing" else verifier.FAILS)


def test_without_a_key_from_outside_nothing_is_proven(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = write_export(tmp_path / "export", bodies(3))
    assert run(capsys, "log", export)[0] == verifier.UNANCHORED
    assert verifier.main(["log", str(export)]) == verifier.UNANCHORED
    assert "PROVES NOTHING AGAINST THE OPERATOR" in capsys.readouterr().out


def test_the_file_runs_alone(tmp_path: Path) -> None:
    """Copied away from the project, in a Python that is told to see nothing of it."""
    alone = tmp_path / "verify_taxbridge.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    export = write_export(tmp_path / "export", bodies(3))
    policy = policy_file(tmp_path)
    command = [sys.executable, "-P", str(alone), "log", str(export), "--policy", str(policy)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "HOLDS."), done.stderr


def test_the_usual_form_is_seen_as_the_careful_reader_sees_it() -> None:
    """5,000 bodies with a byte or two changed: all accept the same, the portal too."""
    chance, accepted = Random(6), 0
    for _ in range(5_000):
        raw = bytearray(body(chance.randrange(50)))
        for _ in range(chance.randrange(1, 3)):
            raw[chance.randrange(len(raw))] = chance.choice(b'0189afzAZ"{}:,.-_ \\\n\x7f\xc3')
        answers = {_accepts(reader, bytes(raw)) for reader in READERS}
        assert len(answers) == 1, bytes(raw)
        accepted += answers.pop()
    assert 100 < accepted < 4_900


READERS: list[Callable[[bytes], object]] = [
    verifier.date_and_id,
    verifier.read_event,
    Event.decode,
]


def _accepts(reader: Callable[[bytes], object], raw: bytes) -> bool:
    try:
        reader(raw)
    except (ValueError, NotCanonical):
        return False
    return True


def test_the_tree_of_nothing_has_a_root() -> None:
    assert verifier.root_of([]) == sha256(b"").digest() == verifier.EMPTY_ROOT


@pytest.mark.parametrize(
    "text", ["AAB=", "AA", "AA=", "AA==\n", " AA==", "A-__", "AA==AA==", "ÄÄ=="]
)
def test_base64_has_one_spelling(text: str) -> None:
    assert verifier.from_base64("AAA=") == b"\0\0"
    with pytest.raises(verifier.DoesNotHold):
        verifier.from_base64(text)


@pytest.mark.parametrize(
    "text", ["+1", "01", "-1", "1_0", "١", " 1", "1\n", "", "9223372036854775808"]
)
def test_a_number_has_one_spelling(text: str) -> None:
    assert verifier.to_number("9223372036854775807") == 2**63 - 1
    with pytest.raises(verifier.DoesNotHold):
        verifier.to_number(text)
