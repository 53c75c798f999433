"""Forms of C2SP that leave the house: cosignatures, policies, proofs, tiles; and short codes."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.format.cosignatures import Cosigner, CosigningKey
from ledger.format.merkle import ProofRefused, consistency_proof, leaf_hash
from ledger.format.note_keys import NoteRefused, Signer
from ledger.format.notes import Checkpoint, add_lines, sign_note, signature_line, signatures
from ledger.format.policy import Policy, PolicyRefused
from ledger.format.receipt_code import read_code, receipt_code
from ledger.format.subtrees import consistency_path
from ledger.format.tiles import BundleRefused, bundle_path, read_bundle, tiles_of, write_bundle
from ledger.format.tlog_proof import TlogProof
from tests.ledger.test_subtrees import LEAVES, computed
from tests.ledger.vectors import vectors

LOG = Signer("taxbridge.example/ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
NEXT = Signer("taxbridge.example/ledger", Ed25519PrivateKey.from_private_bytes(bytes([9] * 32)))
WITNESSES = [
    CosigningKey(f"witness.example/{name}", Ed25519PrivateKey.from_private_bytes(bytes([key] * 32)))
    for key, name in enumerate("rab", start=1)
]
NOTE = sign_note(Checkpoint(LOG.name, 7, bytes(32)).text(), LOG)
TEXT, _ = signatures(NOTE)
POLICY = f"""# who counts
log {LOG.verifier} https://taxbridge.example/ledger
log\t{NEXT.verifier}

witness regulator {WITNESSES[0].cosigner} http://127.0.0.1:8003
witness bank-a {WITNESSES[1].cosigner}
witness bank-b {WITNESSES[2].cosigner}
group banks any bank-a bank-b
group outsiders all regulator banks
quorum outsiders
"""


def cosigned(*places: int, note: str = NOTE) -> str:
    """The note with the lines of these witnesses."""
    return add_lines(note, [WITNESSES[place].line(TEXT, at=1_700_000_000) for place in places])


def test_a_cosignature_says_when_and_holds_for_its_checkpoint_only() -> None:
    witness = WITNESSES[0].cosigner
    assert Cosigner.parse(str(witness)) == witness
    assert witness.time_of(cosigned(0)) == 1_700_000_000
    assert witness.time_of(cosigned(1)) is None
    with pytest.raises(NoteRefused):
        witness.time_of(cosigned(0).replace("\n7\n", "\n8\n"))


@pytest.mark.parametrize("place", [4, 11, 12, 75])
def test_another_time_or_signature_is_refused(place: int) -> None:
    witness = WITNESSES[0].cosigner
    _, [_, (name, line)] = signatures(cosigned(0))
    changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
    with pytest.raises(NoteRefused):
        witness.time_of(add_lines(NOTE, [signature_line(name, changed)]))
    with pytest.raises(NoteRefused):
        witness.time_of(add_lines(NOTE, [signature_line(name, line[:-1])]))


def test_a_cosignature_without_a_time_is_refused() -> None:
    with pytest.raises(NoteRefused, match="no time"):
        WITNESSES[0].cosigner.time_of(add_lines(NOTE, [WITNESSES[0].line(TEXT, at=0)]))


def test_a_published_cosignature_is_read_in_its_parts() -> None:
    """Its signature is an illustration: the key was not published."""
    blocks = json.loads((vectors("c2sp_spec_examples") / "example_blocks.json").read_text())
    _, [_, (name, line)] = signatures(blocks["tlog-cosignature.md"][0])
    assert (name, len(line)) == ("witness.example.com/w1", 4 + 8 + 64)
    assert int.from_bytes(line[4:12]) == 1679315147


@pytest.mark.parametrize(
    ("places", "is_met"),
    [((), False), ((0,), False), ((1, 2), False), ((0, 2), True), ((0, 1, 2), True)],
)
def test_the_quorum_counts_groups(places: tuple[int, ...], is_met: bool) -> None:  # noqa: FBT001
    opened = Policy.parse(POLICY).opened(cosigned(*places))
    assert opened.is_witnessed is is_met
    assert len(opened.times) == len(places)
    assert opened.checkpoint.size == 7


def test_either_of_the_logs_keys_opens_and_another_logs_does_not() -> None:
    policy = Policy.parse(POLICY)
    assert policy.opened(sign_note(TEXT, LOG, NEXT)).checkpoint.size == 7
    assert policy.opened(sign_note(TEXT, NEXT)).checkpoint.size == 7
    other = replace(LOG, name="other.example")
    with pytest.raises(NoteRefused):
        policy.opened(sign_note(TEXT, other))
    text = Checkpoint("other.example", 7, bytes(32)).text()
    with pytest.raises(NoteRefused, match="another log"):
        policy.opened(sign_note(text, LOG))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (("quorum outsiders\n", ""), "no quorum"),
        (("quorum outsiders\n", "quorum nobody\n"), "Line 10"),
        (("quorum outsiders\n", "quorum outsiders\nquorum banks\n"), "Line 11"),
        (("any bank-a", "0 bank-a"), "Line 8"),
        (("any bank-a", "3 bank-a"), "Line 8"),
        (("any bank-a", "01 bank-a"), "Line 8"),
        (("any bank-a", "any bank-a bank-a"), "Line 8"),
        (("all regulator banks", "all bank-a banks"), "Line 9"),
        (("all regulator banks", "all none banks"), "Line 9"),
        (("witness bank-b", "witness bank-a"), "Line 7"),
        (("witness bank-b", "witness none"), "Line 7"),
        (("group banks", "gruop banks"), "Line 8"),
        ((str(WITNESSES[2].cosigner), str(WITNESSES[1].cosigner)), "Line 7"),
        ((str(WITNESSES[2].cosigner), str(LOG.verifier)), "Line 7"),
        ((str(NEXT.verifier), str(LOG.verifier)), "Line 3"),
        (("quorum outsiders\n", "quorum outsiders"), "doesn't end"),
        (("# who", "# \rwho"), "Line 1"),
        (("\nquorum", "\nquorum\u00a0outsiders\nquorum"), "Line 10"),
    ],
)
def test_a_policy_that_is_none_is_refused_at_its_line(change: tuple[str, str], line: str) -> None:
    Policy.parse(POLICY)
    changed = POLICY.replace(*change)
    assert changed != POLICY
    with pytest.raises(PolicyRefused, match=line):
        Policy.parse(changed)


PROOF = TlogProof(3, (bytes(32), bytes([1] * 32)), NOTE, extra=b'{"v":1}')


@pytest.mark.parametrize("proof", [PROOF, replace(PROOF, extra=b""), replace(PROOF, path=())])
def test_a_proof_is_read_as_it_was_written(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.text()) == proof


def test_the_published_proof_has_our_form() -> None:
    """Its extra data and signatures are cut short for the reader: without them it is read."""
    blocks = json.loads((vectors("c2sp_spec_examples") / "example_blocks.json").read_text())
    (example,) = blocks["tlog-proof.md"]
    head, _, rest = example.partition("\nextra ")
    proof = TlogProof.parse(head + "\n" + rest.partition("\n")[2])
    assert (proof.index, len(proof.path)) == (73894, 5)
    assert Checkpoint.parse(proof.note.partition("\n\n")[0] + "\n").size == 109482


@pytest.mark.parametrize(
    "change",
    [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "index +3"),
        ("index 3", "index ٣"),
        ("index 3\n", ""),
        ("extra ", "extra  "),
        ("extra e", "extra \ne"),
        ("AAA=\n", "AAB=\n"),
        ("AAA=\n", "AAA\n"),
        ("\nindex", "\r\nindex"),
        ("index 3\n", "index 3\nAAAA\n"),
        ("index 3\n", "index 3\n" + ("A" * 43 + "=\n") * 62),
    ],
)
def test_a_proof_written_otherwise_is_refused(change: tuple[str, str]) -> None:
    changed = PROOF.text().replace(*change, 1)
    assert changed != PROOF.text()
    with pytest.raises(ProofRefused):
        TlogProof.parse(changed)


def test_tiles_of_the_published_sizes() -> None:
    found = [(tile.level, tile.width) for tile in tiles_of(70_000)]
    counts = {one: found.count(one) for one in found}
    assert counts == {(0, 256): 273, (0, 112): 1, (1, 256): 1, (1, 17): 1, (2, 1): 1}
    assert [tile.path for tile in tiles_of(256)] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067")],
)
def test_numbers_in_paths(index: int, path: str) -> None:
    assert bundle_path(index) == f"tile/entries/{path}"
    assert bundle_path(index, 5) == f"tile/entries/{path}.p/5"


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_is_read_as_it_was_written(bodies: list[bytes]) -> None:
    data = write_bundle(bodies)
    assert read_bundle(data) == bodies
    if data:
        cut = data[:-1] if bodies[-1] else data + b"\0"
        with pytest.raises(BundleRefused):
            read_bundle(cut)


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    assert read_bundle(write_bundle([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(BundleRefused):
        write_bundle([bytes(65_536)])


@given(st.data())
def test_a_consistency_path_is_the_same_as_from_all_leaves(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, len(LEAVES)) | st.sampled_from([256, 257, 512, 1024]))
    old = data.draw(st.integers(1, new))
    path = consistency_path(computed, old_size=old, new_size=new)
    assert path == consistency_proof(LEAVES[:new], old)


@pytest.mark.parametrize("old", [0, 8])
def test_no_prefix_no_path(old: int) -> None:
    with pytest.raises(ProofRefused):
        consistency_path(computed, old_size=old, new_size=7)


@given(st.integers(0, 10**12), st.binary(min_size=32, max_size=32))
def test_a_code_is_read_as_people_write_it(seq: int, leaf: bytes) -> None:
    code = receipt_code(seq, leaf)
    number, _, check = code.partition("-")
    assert read_code(code) == (seq, code)
    assert read_code(f"tb-{number}-{check.lower().replace('0', 'o').replace('1', 'l')} ") == (
        seq,
        code,
    )
    assert read_code(f"{number}-{check.replace('-', '')}") == (seq, code)


@pytest.mark.parametrize("text", ["", "12", "12-", "-7F3K-Q2ZD", "12-7F3K", "12-7F3K-Q2ZU", "x"])
def test_anything_else_is_no_code(text: str) -> None:
    assert read_code(text) is None


def test_a_code_follows_the_entrys_bytes() -> None:
    assert receipt_code(7, leaf_hash(b"a")) != receipt_code(7, leaf_hash(b"b"))
