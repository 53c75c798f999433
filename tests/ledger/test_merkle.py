from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.format import merkle
from ledger.format.merkle import (
    Frontier,
    ProofRefused,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from tests.ledger.vectors import vectors

FOLDER = "transparency-dev_merkle"


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(size)]


def naive_root(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if len(hashes) < 2:
        return hashes[0] if hashes else merkle.EMPTY_ROOT
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def test_published_hashes() -> None:
    cases = json.loads((vectors(FOLDER) / "rfc6962_hash_cases.json").read_text())
    expected = {case["desc"].removeprefix("RFC6962 "): case["want"] for case in cases}
    assert merkle.EMPTY_ROOT.hex() == expected["Empty"]
    assert leaf_hash(b"").hex() == expected["Empty Leaf"]
    assert leaf_hash(b"L123456").hex() == expected["Leaf"]
    assert merkle.node_hash(b"N123", b"N456").hex() == expected["Node"]


def test_published_roots() -> None:
    tree = json.loads((vectors(FOLDER) / "rfc6962_reference_tree.json").read_text())
    hashes = [leaf_hash(bytes.fromhex(text)) for text in tree["leaf_inputs_hex"]]
    for size, root in enumerate(tree["roots_hex_by_size"]):
        assert root_of(hashes[:size]).hex() == root


def cases(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    folder = vectors(FOLDER) / "testdata" / kind
    return [(path, json.loads(path.read_text())) for path in sorted(folder.rglob("*.json"))]


def read(text: str) -> bytes:
    return base64.b64decode(text)


def test_published_inclusion_cases() -> None:
    found = cases("inclusion")
    assert len(found) >= 90
    for path, case in found:
        assert refused(check_case_of_inclusion, case) is case["wantErr"], path


def check_case_of_inclusion(case: dict[str, Any]) -> None:
    check_inclusion(
        index=case["leafIdx"],
        size=case["treeSize"],
        leaf=read(case["leafHash"]),
        proof=[read(item) for item in case["proof"] or []],
        root=read(case["root"]),
    )


def test_published_consistency_cases() -> None:
    found = cases("consistency")
    assert len(found) >= 90
    for path, case in found:
        assert refused(check_case_of_consistency, case) is case["wantErr"], path


def check_case_of_consistency(case: dict[str, Any]) -> None:
    check_consistency(
        old_size=case["size1"],
        new_size=case["size2"],
        old_root=read(case["root1"]),
        new_root=read(case["root2"]),
        proof=[read(item) for item in case["proof"] or []],
    )


def refused(check: Any, case: dict[str, Any]) -> bool:
    try:
        check(case)
    except ProofRefused:
        return True
    return False


@given(st.lists(st.integers(1, 1500), min_size=1, max_size=4))
def test_any_way_of_adding_leaves_gives_the_root_of_the_rfc(parts: list[int]) -> None:
    hashes = leaves(sum(parts))
    frontier, done = Frontier(), 0
    for part in parts:
        frontier.extend(hashes[done : done + part])
        done += part
    assert frontier.size == len(hashes)
    assert frontier.root() == naive_root(hashes)


def test_a_copy_grows_alone() -> None:
    frontier = Frontier()
    frontier.extend(leaves(5))
    root = frontier.root()
    frontier.copy().append(leaf_hash(b"more"))
    assert (frontier.size, frontier.root()) == (5, root)


@given(st.data(), st.integers(1, 70))
def test_each_leaf_is_proved_and_no_other(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(hashes, index), root_of(hashes)
    check_inclusion(index=index, size=size, leaf=hashes[index], proof=proof, root=root)
    other = data.draw(st.integers(0, size + 1).filter(lambda number: number != index))
    with pytest.raises(ProofRefused):
        check_inclusion(index=other, size=size, leaf=hashes[index], proof=proof, root=root)


@given(st.data(), st.integers(1, 70))
def test_each_prefix_is_proved_and_no_rewritten_one(data: st.DataObject, size: int) -> None:
    hashes = leaves(size)
    old_size = data.draw(st.integers(1, size))
    proof = consistency_proof(hashes, old_size)
    old_root, new_root = root_of(hashes[:old_size]), root_of(hashes)
    check_consistency(
        old_size=old_size, old_root=old_root, new_size=size, new_root=new_root, proof=proof
    )
    rewritten = root_of([leaf_hash(b"other"), *hashes[1:old_size]])
    with pytest.raises(ProofRefused):
        check_consistency(
            old_size=old_size, old_root=rewritten, new_size=size, new_root=new_root, proof=proof
        )


def test_proofs_of_what_is_not_there_are_refused() -> None:
    with pytest.raises(ProofRefused):
        inclusion_proof(leaves(3), 3)
    with pytest.raises(ProofRefused):
        consistency_proof(leaves(3), 4)
