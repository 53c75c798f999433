"""Every change of an export is found, or is one of those that docs/ledger-format.md lists.

And the other way round: what is listed there raises no alarm.
"""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

import pytest

from ledger.export import verify_taxbridge as verifier
from ledger.format.merkle import leaf_hashes
from ledger.format.tiles import read_bundle, write_bundle
from tests.ledger_mutations.bytes_changed import BYTE_CHANGES, NOTE_CHANGES, is_met, said
from tests.ledger_verifier.exports import POLICY, bodies, checkpoint, write_export

SIZE, HISTORY = 300, (200, 256)
SEED = 20_261_122
TRUST = verifier.parse_policy(POLICY.encode())
OPTIONS = Namespace(hashes_only=False, slack=600, processes=1)
ENTRIES = bodies(SIZE)

Files = dict[str, bytes]


def change_bytes(chance: Random, files: Files) -> None:
    name = chance.choice(sorted(files))
    files[name] = chance.choice(BYTE_CHANGES)(chance, files[name])


def change_note(chance: Random, files: Files) -> None:
    name = chance.choice(["checkpoint", *(f"history/{size}" for size in HISTORY)])
    files[name] = chance.choice(NOTE_CHANGES)(chance, files[name])


def drop_file(chance: Random, files: Files) -> None:
    del files[chance.choice(sorted(files))]


def swap_files(chance: Random, files: Files) -> None:
    one, two = chance.sample(sorted(files), 2)
    files[one], files[two] = files[two], files[one]


def copy_file(chance: Random, files: Files) -> None:
    name = chance.choice(["history/7", "tile/0/002.p/9", "tile/entries/001", "tile/2/000.p/1", "x"])
    files[name] = files[chance.choice(sorted(files))]


def change_entries(chance: Random, files: Files) -> None:
    """Entries changed in a bundle that keeps its form, with its tile or without."""
    name, tile = chance.choice(
        [("tile/entries/000", "tile/0/000"), ("tile/entries/001.p/44", "tile/0/001.p/44")]
    )
    found = read_bundle(files[name])
    chance.choice(ENTRY_CHANGES)(chance, found)
    files[name] = write_bundle(found)
    if chance.random() < 0.7:
        files[tile] = b"".join(leaf_hashes(found))


def swap_entries(chance: Random, found: list[bytes]) -> None:
    one, two = chance.sample(range(len(found)), 2)
    found[one], found[two] = found[two], found[one]


def replace_entry(chance: Random, found: list[bytes]) -> None:
    found[chance.randrange(len(found))] = ENTRIES[chance.randrange(SIZE)]


def drop_entry(chance: Random, found: list[bytes]) -> None:
    del found[chance.randrange(len(found))]


def repeat_entry(chance: Random, found: list[bytes]) -> None:
    found.insert(chance.randrange(len(found)), chance.choice(found))


def spell_entry(chance: Random, found: list[bytes]) -> None:
    """Another spelling of the same JSON."""
    before, after = chance.choice(
        [(b":", b": "), (b"B", b"\\u0042"), (b"1", b"1.0"), (b"}", b"}\n")]
    )
    place = chance.randrange(len(found))
    found[place] = found[place].replace(before, after, 1)


def edit_entry(chance: Random, found: list[bytes]) -> None:
    place = chance.randrange(len(found))
    found[place] = found[place].replace(b'"approve"', b'"decline"')


ENTRY_CHANGES: list[Callable[[Random, list[bytes]], None]] = [
    swap_entries,
    replace_entry,
    drop_entry,
    repeat_entry,
    spell_entry,
    edit_entry,
]
CHANGES: list[Callable[[Random, Files], None]] = [
    change_bytes,
    change_bytes,
    change_note,
    change_entries,
    drop_file,
    swap_files,
    copy_file,
]


def is_listed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """Whether the change is in the list of harmless ones."""
    for name in before.keys() | after.keys():
        if before.get(name) == after.get(name) or name in {"policy", "keys/log"}:
            continue
        if name == "checkpoint" or name.startswith("history/"):
            if not _is_listed_note(name, before.get(name), after.get(name)):
                return False
        elif name in before:
            return False
    return True


def _is_listed_note(name: str, before: bytes | None, after: bytes | None) -> bool:
    if after is None:
        return name != "checkpoint"
    old, new = said(before or b""), said(after)
    if old is None or new is None or old[0] != new[0] or not new[1] <= old[1]:
        return False
    has_log = any(signer == "taxbridge.example/ledger" for signer, _ in new[1])
    return is_met(new[1]) if name == "checkpoint" else has_log


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = write_export(
        tmp_path / "export",
        ENTRIES,
        history=HISTORY,
        note=lambda entries: checkpoint(entries, witnesses=["regulator", "bank-a", "bank-b"]),
    )
    stranger = "— stranger.example/y 3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    (folder / "checkpoint").write_text((folder / "checkpoint").read_text() + stranger)
    return folder


def verdict(folder: Path) -> str:
    """What is wrong, or nothing."""
    try:
        verifier.check_log(folder, TRUST, OPTIONS)
    except verifier.Finding as found:
        return found.code
    return ""


def written(folder: Path) -> Files:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def put(folder: Path, now: Mapping[str, bytes], then: Mapping[str, bytes]) -> None:
    """Bring the folder from one state to another."""
    for name in now.keys() - then.keys():
        (folder / name).unlink()
    for name, content in then.items():
        if now.get(name) != content:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def test_each_change_is_found_or_listed(export: Path, mutations: int) -> None:
    before = written(export)
    codes: list[str] = []
    assert verdict(export) == ""
    for number in range(mutations // 2):
        seed, after = SEED + number, dict(before)
        chance = Random(seed)
        while after == before:
            chance.choice(CHANGES)(chance, after)
        put(export, before, after)
        found = verdict(export)
        changed = [
            name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
        ]
        assert (found == "") is is_listed(before, after), f"seed {seed}: {changed} gave {found!r}"
        put(export, after, before)
        codes.append(found)
    assert 0 < codes.count("") < len(codes) / 2
    assert len(set(codes)) > 5


def test_untouched_exports_raise_no_alarm(tmp_path: Path, untouched: int) -> None:
    """Of any size, with any older checkpoints, and after having grown."""
    for number in range(untouched):
        chance = Random(SEED + number)
        folder, size = tmp_path / str(number), chance.randrange(1, 700)
        entries = [*ENTRIES, *bodies(700)[SIZE:]][:size] if size > SIZE else ENTRIES[:size]
        history = [older for older in chance.sample(range(1, 700), 5) if older < size]
        write_export(folder, entries, history=history)
        assert verdict(folder) == "", f"seed {SEED + number}"
        shutil.rmtree(folder)
