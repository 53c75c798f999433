"""Receipts that hold and receipts that don't, for the server's check and the browser's alike.

A small log of its own with two witnesses; keys and events are the same at every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from string import ascii_lowercase, ascii_uppercase, digits
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.format.cosignatures import CosigningKey
from ledger.format.event import Event
from ledger.format.merkle import inclusion_proof, leaf_hash, root_of
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, add_lines, sign_note, signature_line
from ledger.format.receipt import Receipt

ORIGIN = "test.example/ledger"
COSIGNED_AT = 1_795_000_000


def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


LOG = Signer(ORIGIN, _key("log"))
WITNESSES = {
    name: CosigningKey(f"test.example/witness/{name}", _key(name))
    for name in ("regulator", "bank-a", "bank-b")
}
POLICY = "".join(
    [
        f"log {LOG.verifier}\n",
        *(f"witness {name} {key.cosigner}\n" for name, key in WITNESSES.items()),
        "group banks any bank-a bank-b\n",
        "group all-of-them all regulator banks\n",
        "quorum all-of-them\n",
    ]
)
WITHOUT_WITNESSES = f"log {LOG.verifier}\nquorum none\n"


@dataclass(frozen=True, slots=True)
class ReceiptCase:
    """One receipt with its expected verdict, and the stage that fails ("" for none)."""

    name: str
    text: str
    verdict: str
    failed: str = ""
    policy: str = POLICY


def body(number: int) -> bytes:
    """An event, the same at every run."""
    return Event(
        event_id=UUID(int=number),
        at=datetime(2026, 11, 22, 4, 5, 6, 789, UTC) + timedelta(seconds=number),
        kind="offer.made",
        actor="person:3d9b6a7c-0d0e-4c4e-9a53-0f5b6a2f9f10",
        subject=f"application:{UUID(int=number)}",
        payload={"amount_fen": 120_000 + number, "offer": None, "text": "灯笼 \u2028é"},
    ).encode()


def note_of(bodies: list[bytes], *names: str, origin: str = ORIGIN, signer: Signer = LOG) -> str:
    """The signed state of these entries, cosigned by the witnesses of these names."""
    leaves = [leaf_hash(one) for one in bodies]
    text = Checkpoint(origin, len(bodies), root_of(leaves)).text()
    lines = [WITNESSES[name].line(text, at=COSIGNED_AT) for name in names]
    return add_lines(sign_note(text, signer), lines)


def receipt(index: int, bodies: list[bytes], note: str) -> Receipt:
    """The receipt of one of them."""
    path = inclusion_proof([leaf_hash(one) for one in bodies], index)
    return Receipt(index, bodies[index], tuple(path), note)


BODIES = [body(number) for number in range(13)]
NOTE = note_of(BODIES, "regulator", "bank-b")
GOOD = receipt(5, BODIES, NOTE).text()


def _holding() -> Iterator[ReceiptCase]:
    for size in (1, 2, 3, 7, 8):
        some = BODIES[:size]
        note = note_of(some, "regulator", "bank-a")
        for index in (0, size - 1):
            yield ReceiptCase(
                f"entry {index} of {size}", receipt(index, some, note).text(), "witnessed"
            )
    yield ReceiptCase("a tree of thirteen", GOOD, "witnessed")
    stranger = signature_line("another.example/log", bytes(range(68)))
    yield ReceiptCase("a surplus line", GOOD + stranger, "witnessed")
    marked = signature_line("another\ufeff.example/log", bytes(range(68)))
    yield ReceiptCase("a mark in a stranger's name", GOOD + marked, "witnessed")
    for names in ((), ("regulator",), ("bank-a", "bank-b")):
        text = receipt(5, BODIES, note_of(BODIES, *names)).text()
        yield ReceiptCase(f"cosigned by {names}", text, "signed")
    yield ReceiptCase("no witnesses asked for", GOOD, "signed", policy=WITHOUT_WITNESSES)


def _odd_bodies() -> Iterator[tuple[str, bytes]]:
    good = BODIES[5]
    yield "no JSON", b"hello"
    yield "a space", good.replace(b'"v":1', b'"v": 1')
    yield "another version", good.replace(b'"v":1', b'"v":2')
    yield "a fraction", good.replace(b"120005", b"120005.0")
    yield "a large number", good.replace(b"120005", b"9007199254740993")
    yield "a day that isn't", good.replace(b"2026-11-22", b"2026-02-30")
    yield "a key twice", good.replace(b'"v":1', b'"v":1,"v":1')
    yield "an escape", good.replace("灯".encode(), b"\\u706f")
    yield "a subject without id", good.replace(b'"application:', b'"application')
    yield "half a character", good.replace("灯".encode(), b"\xe7\x81")
    yield "half a pair", good.replace("灯".encode(), b"\\ud800")
    yield "a sign that is none", good.replace("灯".encode(), b"\\u0000")
    yield "a key of Greek", good.replace(b'"text":', '"τ":'.encode())
    yield "an object within", good.replace(b"120005", b'{"a":1}')
    yield "a list within", good.replace(b"120005", b"[1]")
    yield "the year nought", good.replace(b"2026-11-22", b"0000-11-22")


def _with_unused_bits(text: str) -> str:
    """The same hash in another spelling: its last sign has two bits that mean nothing."""
    signs = ascii_uppercase + ascii_lowercase + digits + "+/"
    return text[:-2] + signs[signs.index(text[-2]) + 1] + "="


# Signs that no name may have: what one reader takes for a space, another may not.
_BLANK = "\x00\x01\t\x1c\x85\xa0\u2028\u3000 +"


def _stranger(sign: str) -> str:
    return signature_line(f"another{sign}log", bytes(range(68)))


def _refused() -> Iterator[ReceiptCase]:
    lines = GOOD.split("\n")
    path, above = lines[3:5]
    for name, text, failed in (
        ("nothing", "", "read"),
        ("nonsense", "hello\n\nworld\n", "read"),
        ("another header", GOOD.replace("@v1", "@v2"), "read"),
        ("line ends of Windows", GOOD.replace("\n", "\r\n"), "read"),
        ("a number with a zero", GOOD.replace("index 5", "index 05"), "read"),
        ("a signed number", GOOD.replace("index 5", "index +5"), "read"),
        ("no padding", GOOD.replace(path, path[:-1]), "read"),
        ("unused bits of base64", GOOD.replace(path, _with_unused_bits(path)), "read"),
        ("a short hash", GOOD.replace(path, path[:40]), "read"),
        ("a size in words", GOOD.replace("\n13\n", "\nthirteen\n"), "read"),
        ("a size that no log can have", GOOD.replace("\n13\n", f"\n{2**63}\n"), "read"),
        ("no signature", GOOD[: GOOD.index("—")], "read"),
        *((f"a name with {ord(sign):x}", GOOD + _stranger(sign), "read") for sign in _BLANK),
        ("another entry's number", GOOD.replace("index 5", "index 4"), "path"),
        ("a number beyond", GOOD.replace("index 5", "index 13"), "path"),
        ("a hash left out", GOOD.replace(path + "\n", ""), "path"),
        ("a hash too many", GOOD.replace(path, f"{path}\n{path}"), "path"),
        ("hashes exchanged", GOOD.replace(f"{path}\n{above}", f"{above}\n{path}"), "path"),
        ("another size", GOOD.replace("\n13\n", "\n12\n"), "log"),
    ):
        yield ReceiptCase(name, text, "refused", failed)


def _unsigned() -> Iterator[ReceiptCase]:
    def of(note: str) -> str:
        return receipt(5, BODIES, note).text()

    stranger = Signer(ORIGIN, _key("stranger"))
    yield ReceiptCase("another's key", of(note_of(BODIES, signer=stranger)), "refused", "log")
    other = Signer("other.example/ledger", LOG.key)
    renamed = note_of(BODIES, origin="other.example/ledger", signer=other)
    yield ReceiptCase("another log", of(renamed), "refused", "log")
    foreign = note_of(BODIES, origin="other.example/ledger")
    yield ReceiptCase("another origin", of(foreign), "refused", "log")
    smaller = note_of(BODIES[:12])
    grafted = NOTE[: NOTE.index("—")] + smaller[smaller.index("—") :]
    yield ReceiptCase("the signature of another state", of(grafted), "refused", "log")
    lines = note_of(BODIES[:12], "regulator")
    stolen = note_of(BODIES) + lines[lines.rindex("—") :]
    yield ReceiptCase("a witness line of another state", of(stolen), "refused", "witnesses")
    text = Checkpoint.parse(NOTE[: NOTE.index("\n\n") + 1]).text()
    undated = note_of(BODIES) + WITNESSES["regulator"].line(text, at=0)
    yield ReceiptCase("a witness line without a time", of(undated), "refused", "witnesses")
    never = note_of(BODIES) + WITNESSES["regulator"].line(text, at=2**62)
    yield ReceiptCase("a witness line of no calendar", of(never), "refused", "witnesses")


def _odd() -> Iterator[ReceiptCase]:
    for name, odd in _odd_bodies():
        bodies = [*BODIES[:5], odd, *BODIES[6:]]
        note = note_of(bodies, "regulator", "bank-a")
        yield ReceiptCase(f"body: {name}", receipt(5, bodies, note).text(), "refused", "event")


CASES = [*_holding(), *_refused(), *_unsigned(), *_odd()]
