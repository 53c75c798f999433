"""What lies beside the tiles of an export: keys, policy, older checkpoints, the verifier."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ledger.export.tile_writer import replace_file
from ledger.format.policy import Policy

_HERE = Path(__file__).parent


def write_accompanying(
    folder: Path, policy: Policy, older: Iterable[tuple[int, str]], receipt_keys: Path
) -> None:
    """Write all but tiles and checkpoint; older checkpoints that aren't asked for any more go.

    ``receipt_keys`` is the file of public keys that sign consent receipts, where there is one.
    """
    for name in ("verify_taxbridge.py", "README.txt"):
        replace_file(folder / name, (_HERE / name).read_bytes())
    replace_file(folder / "keys" / "log", "".join(f"{log}\n" for log in policy.logs).encode())
    replace_file(folder / "policy", policy_text(policy).encode())
    if receipt_keys.exists():
        replace_file(folder / "keys" / "receipts.json", receipt_keys.read_bytes())
    kept = set()
    for size, note in older:
        kept.add(str(size))
        replace_file(folder / "history" / str(size), note.encode())
    for path in (folder / "history").glob("*"):
        if path.name not in kept:
            path.unlink()


def policy_text(policy: Policy) -> str:
    """The policy as a C2SP tlog-policy that reads back the same."""
    return "".join(f"{line}\n" for line in _lines(policy))


def _lines(policy: Policy) -> Iterator[str]:
    for log in policy.logs:
        yield f"log {log}"
    for name, witness in policy.witnesses.items():
        yield f"witness {name} {witness.cosigner} {witness.url}".rstrip()
    for name, group in policy.groups.items():
        yield f"group {name} {group.least} {' '.join(group.members)}"
    yield f"quorum {policy.quorum}"
