"""The demonstration's witnesses: their keys, and the policy that says whose word counts.

In earnest each witness makes its own key and hands over the public half: see
`docs/recipes/run-a-witness.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ledger.format.cosignatures import CosigningKey
from ledger.format.note_keys import Verifier
from portal.config.demonstration.cast import BANKS, REGULATOR
from portal.config.keys import KeyPair, make_keys

LABELS = {
    "regulator": {"en": REGULATOR[0], "zh-hans": REGULATOR[1]},
    **{bank.key: {"en": bank.name, "zh-hans": bank.name_zh} for bank in BANKS},
}
KEY_PAIRS = {
    name: KeyPair("Ed25519", f"witness-{name}/signing.pem", f"public/witness-{name}.json")
    for name in LABELS
}
# The regulator, and at least one bank.
QUORUM = f"""\
group banks any {" ".join(bank.key for bank in BANKS)}
group regulator-and-a-bank all regulator banks
quorum regulator-and-a-bank
"""


def make_witnesses(
    folder: Path, *, logs: Sequence[Verifier], urls: Mapping[str, str]
) -> Iterator[str]:
    """Make missing witness keys, and write policy and names anew; yield the names of new keys.

    ``logs`` are the ledger's keys, several while one takes another's place; ``urls`` says where
    each witness is asked.
    """
    yield from make_keys(folder, KEY_PAIRS.values())
    public = folder / "public"
    _replace(public / "policy", policy_text(folder, logs=logs, urls=urls))
    _replace(public / "witnesses.json", json.dumps(LABELS, ensure_ascii=False, indent=1) + "\n")


def policy_text(folder: Path, *, logs: Sequence[Verifier], urls: Mapping[str, str]) -> str:
    """The policy in C2SP tlog-policy's form."""
    lines = [f"log {log}" for log in logs]
    for name, pair in KEY_PAIRS.items():
        pem = (folder / pair.private).read_bytes()
        key = CosigningKey.from_pem(f"taxbridge.example/witness/{name}", pem)
        lines.append(f"witness {name} {key.cosigner} {urls[name]}")
    return "\n".join(lines) + "\n" + QUORUM


def _replace(path: Path, text: str) -> None:
    """Witnesses read the policy at each request: never half of it."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
