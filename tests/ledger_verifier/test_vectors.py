"""Every published vector, held against the portal's formats and against the verifier."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any, Protocol

import pytest

from ledger.export import verify_taxbridge as verifier
from ledger.format import merkle
from ledger.format.note_keys import NoteRefused, Verifier
from ledger.format.notes import Checkpoint, open_note, signatures
from ledger.format.tlog_proof import TlogProof
from tests.ledger.vectors import vectors

MERKLE = "transparency-dev_merkle"
REFUSALS = (merkle.ProofRefused, NoteRefused, verifier.Finding)

Case = dict[str, Any]


class Inclusion(Protocol):
    def __call__(self, index: int, size: int, case: Case) -> None: ...


class Consistency(Protocol):
    def __call__(self, start: int, old: int, new: int, case: Case) -> None: ...


def read(text: str) -> bytes:
    return base64.b64decode(text)


def path_of(case: Case) -> list[bytes]:
    return [read(item) for item in case["proof"] or []]


def portal_inclusion(index: int, size: int, case: Case) -> None:
    leaf, root = read(case["leafHash"]), read(case["root"])
    merkle.check_inclusion(index=index, size=size, leaf=leaf, proof=path_of(case), root=root)


def verifier_inclusion(index: int, size: int, case: Case) -> None:
    leaf, root = read(case["leafHash"]), read(case["root"])
    verifier.check_inclusion(index=index, size=size, leaf=leaf, path=path_of(case), root=root)


def portal_consistency(start: int, old: int, new: int, case: Case) -> None:
    merkle.check_consistency(
        start=start,
        old_size=old,
        old_root=read(case["root1"]),
        new_size=new,
        new_root=read(case["root2"]),
        proof=path_of(case),
    )


def verifier_consistency(start: int, old: int, new: int, case: Case) -> None:
    verifier.check_consistency(
        start=start,
        old_size=old,
        old_root=read(case["root1"]),
        new_size=new,
        new_root=read(case["root2"]),
        path=path_of(case),
    )


def refused(check: Callable[..., object], *given: object) -> bool:
    try:
        check(*given)
    except REFUSALS:
        return True
    return False


def cases(kind: str, count: int) -> list[tuple[str, Case]]:
    paths = sorted((vectors(MERKLE) / "testdata" / kind).rglob("*.json"))
    assert len(paths) == count
    return [(str(path), json.loads(path.read_text())) for path in paths]


@pytest.mark.parametrize("check", [portal_inclusion, verifier_inclusion])
def test_inclusion(check: Inclusion) -> None:
    for path, case in cases("inclusion", 98):
        outcome = refused(check, case["leafIdx"], case["treeSize"], case)
        assert outcome is case["wantErr"], path


@pytest.mark.parametrize("check", [portal_consistency, verifier_consistency])
def test_consistency(check: Consistency) -> None:
    for path, case in cases("consistency", 98):
        outcome = refused(check, 0, case["size1"], case["size2"], case)
        assert outcome is case["wantErr"], path


SUBTREE = [
    (merkle.check_subtree, portal_inclusion),
    (verifier.check_subtree, verifier_inclusion),
]


@pytest.mark.parametrize(("check_subtree", "check"), SUBTREE)
def test_inclusion_in_a_subtree(
    check_subtree: Callable[[int, int], None], check: Inclusion
) -> None:
    """A subtree is a tree by itself, whose leaves are counted from its start."""
    for path, case in cases("subtreeinclusion", 204):
        start, end = case["start"], case["end"]
        outcome = refused(check_subtree, start, end) or refused(
            check, case["leafIdx"] - start, end - start, case
        )
        assert outcome is case["wantErr"], path


@pytest.mark.parametrize("check", [portal_consistency, verifier_consistency])
def test_consistency_of_a_subtree(check: Consistency) -> None:
    """An empty one is in every tree and shows nothing: it is refused, where upstream accepts it."""
    for path, case in cases("subtreeconsistency", 118):
        is_empty = case["start"] == case["end"]
        outcome = refused(check, case["start"], case["end"], case["size"], case)
        assert outcome is (case["wantErr"] or is_empty), path


def test_hashes_and_roots() -> None:
    tree = json.loads((vectors(MERKLE) / "rfc6962_reference_tree.json").read_text())
    leaves = [verifier.leaf_hash(bytes.fromhex(text)) for text in tree["leaf_inputs_hex"]]
    for size, root in enumerate(tree["roots_hex_by_size"]):
        assert verifier.root_of(leaves[:size]).hex() == root
    found = json.loads((vectors(MERKLE) / "rfc6962_hash_cases.json").read_text())
    expected = {case["desc"].removeprefix("RFC6962 "): case["want"] for case in found}
    assert verifier.leaf_hash(b"L123456").hex() == expected["Leaf"]
    assert verifier.leaf_hash(b"").hex() == expected["Empty Leaf"]
    assert verifier.node_hash(b"N123", b"N456").hex() == expected["Node"]


def texts_signed(note: str, key: verifier.Key) -> list[str]:
    """The note's text for each line of this key, all of them right."""
    text, lines = verifier.split_note(note)
    own = [line for name, line in lines if name == key.name and line[:4] == key.id]
    for line in own:
        key.check(text, line[4:])
    return [text for _ in own]


def test_notes() -> None:
    example = json.loads((vectors("signed_note") / "c2sp_example.json").read_text())
    key = verifier.Key.parse(example["vkey"])
    assert texts_signed(example["note"], key) == ["This is an example message.\n"]
    found = json.loads((vectors("signed_note") / "golang_sumdb_note.json").read_text())
    note = found["text"] + "\n" + "".join(found["sigs"])
    for vkey in found["vkeys"].values():
        assert texts_signed(note, verifier.Key.parse(vkey)) == [found["text"]]
        assert refused(texts_signed, note.replace("then", "than"), verifier.Key.parse(vkey))
    for vkey in found["bad_vkeys"]:
        assert refused(verifier.Key.parse, vkey)
    for malformed in MALFORMED:
        note = malformed(found["text"], found["sigs"][0])
        assert refused(verifier.split_note, note)
        assert refused(open_note, note, Verifier.parse(found["vkeys"]["PeterNeumann"]))


# The Go expressions of the published list.
MALFORMED: list[Callable[[str, str], str]] = [
    lambda text, peter: text,
    lambda text, peter: text + "\n",
    lambda text, peter: text + "\n" + peter[:-1],
    lambda text, peter: text + "\n" + peter.replace("PeterNeumann", "Bad Name")[:-1],
    lambda text, peter: text + "\n" + peter + "Unexpected line.\n",
]


def test_examples_of_the_specifications() -> None:
    """Signatures are illustrations: read only. Those with […] in them are no base64."""
    blocks = json.loads((vectors("c2sp_spec_examples") / "example_blocks.json").read_text())
    poem, message, grammar = blocks["signed-note.md"]
    for note in (poem, message, *blocks["tlog-checkpoint.md"], blocks["tlog-cosignature.md"][0]):
        assert verifier.split_note(note) == signatures(note)
    assert refused(verifier.split_note, grammar)
    text, lines = verifier.split_note(blocks["tlog-cosignature.md"][0])
    head = Checkpoint.parse(text)
    assert verifier.Head.parse(text) == verifier.Head(head.origin, head.size, head.root)
    assert [len(line) for _, line in lines] == [4 + 64, 4 + 8 + 64]
    (proof,) = blocks["tlog-proof.md"]
    for reader in (verifier.Proof.parse, TlogProof.parse):
        found = reader(proof)
        assert (found.index, len(found.path), len(found.extra)) == (73894, 5, 39)
        assert found.note.startswith("example.com/fancylog\n109482\n")
    added = blocks["tlog-witness.md"][1].partition("\n\n")[2].removesuffix("\n")
    assert verifier.split_note(added) == signatures(added)


@pytest.mark.parametrize("name", ["arrays", "structures", "unicode", "french", "values", "weird"])
def test_canonical_json(name: str) -> None:
    """Inside the subset it is spelled as published; floats and keys beyond ASCII are refused."""
    path = vectors("cyberphone_jcs") / "testdata" / "output" / f"{name}.json"
    text = path.read_text(encoding="utf-8")
    body = f'{{"a":{text}}}' if text.startswith("[") else text
    if name in {"arrays", "structures", "unicode"}:
        assert verifier.read_canonical(body)
    else:
        with pytest.raises(ValueError, match=r"integer|canonical"):
            verifier.read_canonical(body)
