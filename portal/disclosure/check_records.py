"""Check records that TaxBridge handed over: the signature, and every file in the list.

    python3 check_records.py FOLDER --keys receipts.json

Needs Python 3.11 or newer and the package "cryptography", nothing of TaxBridge. Exit code 0 when
all holds, 1 when something doesn't, 2 when a file can't be read.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TYP = "taxbridge-records"


def flaws(folder: Path, keys: dict[str, Any]) -> list[str]:
    """What doesn't hold, in words; empty when all does."""
    manifest = (folder / "manifest.json").read_bytes()
    signed = signed_digest((folder / "manifest.jws").read_text(encoding="ascii").strip(), keys)
    if signed is None:
        return ["manifest.jws: the signature does not hold under these keys."]
    if signed != hashlib.sha256(manifest).hexdigest():
        return ["manifest.json: this is not the list that was signed."]
    return file_flaws(folder, json.loads(manifest)["files"])


def signed_digest(token: str, keys: dict[str, Any]) -> str | None:
    """The digest of the manifest that the signature is for; None where it doesn't hold."""
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        key = next(key for key in keys["keys"] if key["kid"] == header["kid"])
        public = Ed25519PublicKey.from_public_bytes(decoded(key["x"]))
        public.verify(decoded(signature), f"{head}.{body}".encode("ascii"))
        is_ours = header["typ"] == TYP and header["alg"] == "Ed25519"
        return str(claims["manifest_sha256"]) if is_ours else None
    except (InvalidSignature, ValueError, KeyError, TypeError, StopIteration, RecursionError):
        return None


def file_flaws(folder: Path, listed: list[dict[str, Any]]) -> list[str]:
    """Files that are missing, changed, or not in the list."""
    found = []
    names = {"manifest.json", "manifest.jws"}
    for one in listed:
        names.add(one["name"])
        path = folder / one["name"]
        if not path.is_file():
            found.append(f"{one['name']}: missing.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != one["sha256"]:
            found.append(f"{one['name']}: not the file that was signed.")
    present = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found + [f"{name}: not in the signed list." for name in sorted(present - names)]


def decoded(text: str) -> bytes:
    """Base64url without padding, in its one spelling; ValueError for any other."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(data).rstrip(b"=") != text.encode():
        raise ValueError("not base64url as it would be written")
    return data


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="Check records that TaxBridge handed over.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keys", type=Path, required=True, help="public/receipts.json")
    chosen = parser.parse_args()
    try:
        found = flaws(chosen.folder, json.loads(chosen.keys.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for line in found or ["All files are those that were signed."]:
        sys.stdout.write(f"{line}\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
