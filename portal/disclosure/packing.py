"""The file that is handed over: records, the ledger's proofs, and a list of all with digests."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from ledger import export
from ledger.export.accompanying import policy_text
from ledger.keys import policy
from portal.core.spreadsheets import BOM, shown_cell
from portal.disclosure import acts
from portal.disclosure.models import Disclosure, What
from portal.disclosure.read_me import read_me
from portal.oversight.receipts import receipts_if_signed

FORMAT: Final = "taxbridge-records/1"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.jws"
VERIFIER: Final = Path(export.__file__).with_name("verify_taxbridge.py")
CHECKER: Final = Path(__file__).with_name("check_records.py")
_ACTS: Final = ("at", "who", "organisation", "act", "about", "network_address", "detail")
_PERSON: Final = ("person", "real_name", "email", "phone", "registered_at")
_MANDATE: Final = ("role", "from", "until")


@dataclass(frozen=True, slots=True)
class Packed:
    """The file's bytes, the digest of its manifest, and how much is in it."""

    content: bytes
    manifest_sha256: str
    row_count: int
    entry_count: int


@dataclass
class _Parcel:
    """A zip in memory that notes the digest of each file put into it."""

    archive: ZipFile
    files: list[dict[str, Any]] = field(default_factory=list)

    def put(self, name: str, content: bytes) -> None:
        """One more file."""
        self.archive.writestr(name, content)
        self.files.append(
            {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        )


def packed(disclosure: Disclosure, *, made_at: str) -> Packed:
    """Everything that was asked for, whole, in memory.

    Refuses (RuleBroken, ledger_altered) where the ledger's rows are no longer those that were
    signed.
    """
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        parcel = _Parcel(archive)
        parcel.put("README.txt", read_me().encode())
        parcel.put(
            "request.json", _json({**disclosure.terms(), "decided_by": _decider(disclosure)})
        )
        rows = _put_rows(parcel, disclosure)
        entries = 0 if disclosure.what == What.REGISTER else _put_entries(parcel, disclosure)
        parcel.put("check_records.py", CHECKER.read_bytes())
        manifest = _json(
            {
                "format": FORMAT,
                "reference": disclosure.reference,
                "disclosure": str(disclosure.id),
                "made_at": made_at,
                "rows": rows,
                "entries": entries,
                "files": parcel.files,
            }
        )
        archive.writestr(MANIFEST, manifest)
    return Packed(buffer.getvalue(), sha256(manifest).hexdigest(), rows, entries)


def _decider(disclosure: Disclosure) -> str:
    return f"person:{disclosure.decided_by}"


def _put_rows(parcel: _Parcel, disclosure: Disclosure) -> int:
    """As a table and as lines of JSON; returns how many."""
    if disclosure.what == What.REGISTER:
        name, rows = "register", list(acts.register_of(disclosure))
        table = _table((*_PERSON, *_MANDATE), rows)
    else:
        name, rows = "activity", list(acts.activity_of(disclosure))
        table = _table(_ACTS, rows)
    parcel.put(f"{name}.csv", table)
    parcel.put(f"{name}.jsonl", b"".join(_json(row) for row in rows))
    return len(rows)


def _put_entries(parcel: _Parcel, disclosure: Disclosure) -> int:
    """Each entry to the letter, and the receipts of those that are signed; returns how many."""
    lines: list[bytes] = []
    parcel.put("policy", policy_text(policy()).encode())
    parcel.put("verify_taxbridge.py", VERIFIER.read_bytes())
    for batch in acts.entries_of(disclosure):
        lines += [entry.body + b"\n" for entry in batch]
        for receipt in receipts_if_signed(batch):
            parcel.put(f"receipts/{receipt.seq:012}.tlog-proof", receipt.text().encode())
    parcel.put("ledger.jsonl", b"".join(lines))
    return len(lines)


def _table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """CSV that spreadsheets open as UTF-8 and don't take for formulas."""
    text = StringIO()
    table = csv.writer(text)
    table.writerow(columns)
    for row in rows:
        table.writerow([_cell(row[name]) for name in columns])
    return f"{BOM}{text.getvalue()}".encode()


def _cell(value: object) -> str:
    return shown_cell(value if isinstance(value, str) else _json(value).decode().strip())


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()
