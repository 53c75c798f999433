#!/usr/bin/env python3
"""Check TaxBridge's ledger, or any other C2SP transparency log, without its operator.

    python3 verify_taxbridge.py log DIR --policy FILE          a whole exported log
    python3 verify_taxbridge.py log DIR --vkey KEY             any tlog-tiles directory
    python3 verify_taxbridge.py receipt FILE --policy FILE     a receipt, a bundle, a folder, a zip
    python3 verify_taxbridge.py receipt FILE --log DIR ...     ... and that this log still agrees
    python3 verify_taxbridge.py receipt FILE.jws --receipt-key FILE ...       a consent receipt
    python3 verify_taxbridge.py consistency OLD NEW --log DIR  that nothing before OLD was changed

KEY is the log's verifier key (name+id+base64) or a file with one on each line; a policy names logs,
witnesses and the quorum (C2SP tlog-policy). Get either from somebody other than the operator: a
witness, a letter, an earlier export. The key inside an export only shows that the export is whole.
A consent receipt is also signed by the portal: --receipt-key is its public key file.

Exit codes:
    0  holds, under the key or policy you gave
    1  does not hold: something was changed, is missing, or isn't witnessed as the policy asks
    2  can't be checked: a file can't be read, a wrong command, or `cryptography` isn't installed
    3  holds in itself, but no key from outside was given: proves nothing against the operator

One file, Python 3.11 or newer; `cryptography` is needed for signatures only. It trusts no stored
hash: every entry is hashed again. It knows nothing of TaxBridge's code and needs no network.
Formats: C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof, tlog-policy;
RFC 6962 for the tree.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from io import FileIO, TextIOWrapper
from itertools import pairwise
from multiprocessing import Pool
from pathlib import Path
from typing import IO, Any, ClassVar, Final, Self

HOLDS, FAILS, UNCHECKED, UNANCHORED = range(4)
WIDTH: Final = 256  # hashes in a tile, entries in a bundle
PART: Final = 64  # bundles a process takes at a time
MAX_NOTE: Final = 1_000_000
MAX_SIZE: Final = 2**63
SLACK: Final = 600  # seconds: events are dated within 300 of a clock that may be as far off


class Finding(Exception):
    """What was found: a code for programs, sentences for people, the entry if one is to blame."""

    exit_code: ClassVar[int]

    def __init__(
        self, code: str, message: str, meaning: str = "", entry: int | None = None
    ) -> None:
        super().__init__(code, message, meaning, entry)  # all of them, to travel between processes
        self.code, self.message, self.meaning, self.entry = code, message, meaning, entry


class DoesNotHold(Finding):
    """The evidence contradicts itself or what is known from outside."""

    exit_code = FAILS


class CannotCheck(Finding):
    """Something that is needed for a verdict isn't there."""

    exit_code = UNCHECKED


# ---------------------------------------------------------------- text, base64, numbers


def read_bytes(path: Path) -> bytes:
    """The content of a file; CannotCheck when it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise CannotCheck("unreadable", f"{path} can't be read: {reason}.") from error


def as_text(data: bytes, what: str) -> str:
    """UTF-8 as text; refuses anything else."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise DoesNotHold("malformed", f"{what} is not UTF-8 text.") from error


def from_base64(text: str) -> bytes:
    """Strict base64: padded, unused bits zero, nothing else in it."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DoesNotHold("malformed", f"Not base64: {text[:40]!r}.") from error
    if to_base64(data) != text:
        raise DoesNotHold("malformed", f"Base64 as nobody would write it: {text[:40]!r}.")
    return data


def from_base64url(text: str) -> bytes:
    """Strict base64url without padding, as JOSE writes it (RFC 7515, appendix C)."""
    if not re.fullmatch("[A-Za-z0-9_-]+", text):
        raise DoesNotHold("malformed", f"Not base64url: {text[:40]!r}.")
    return from_base64(text.translate(_URL_SIGNS) + "=" * (-len(text) % 4))


_URL_SIGNS: Final = str.maketrans("-_", "+/")


def to_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode()


def to_number(text: str) -> int:
    """Decimal digits without a leading zero, below 2**63; `int` alone would take "+1" and "١"."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= MAX_SIZE:
        raise DoesNotHold("malformed", f"Not a number as it has to be written: {text[:40]!r}.")
    return int(text)


# ---------------------------------------------------------------- the tree (RFC 6962, section 2.1)

EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 and the entry)."""
    return sha256(b"\0" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01, left and right)."""
    return sha256(b"\1" + left + right).digest()


def perfect_root(level: Sequence[bytes]) -> bytes:
    """The root over a power of two of hashes."""
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=True)
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs]
    return level[0]


def peaks_of(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of the largest perfect subtrees, from the left."""
    peaks, start = [], 0
    while rest := len(hashes) - start:
        width = 1 << rest.bit_length() - 1
        peaks.append(perfect_root(hashes[start : start + width]))
        start += width
    return peaks


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees that get smaller from left to right."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The tree's root over these leaf hashes."""
    return fold(peaks_of(hashes))


def check_inclusion(
    *, index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes
) -> None:
    """Refuse unless ``path`` leads from leaf ``index`` to the root (RFC 9162, 2.1.3.2)."""
    _require_hashes(leaf, root, *path)
    _require(0 <= index < size, f"There is no entry {index} among {size}.")
    node, last, found = index, size - 1, leaf
    for sibling in path:
        _require(last, "The way to the root is too long.")
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    _require(last == 0 and found == root, "The way from the entry doesn't lead to the signed root.")


def check_consistency(
    *,
    old_size: int,
    old_root: bytes,
    new_size: int,
    new_root: bytes,
    path: Sequence[bytes],
    start: int = 0,
) -> None:
    """Refuse unless the old tree, which isn't empty, begins the new one (RFC 9162, 2.1.4.2).

    With ``start``: unless the leaves from there up to ``old_size`` are one of its subtrees.
    """
    check_subtree(start, old_size)
    _require(old_size <= new_size, f"{old_size} entries don't come before {new_size}.")
    if start == 0 and old_size == new_size:
        _require(not path and old_root == new_root, "One size, but two roots or a proof.")
        return
    _require_hashes(old_root, new_root, *path)
    first, last, new_last = start, old_size - 1, new_size - 1
    while first != last and (last & 1 or last == new_last):
        first, last, new_last = first >> 1, last >> 1, new_last >> 1
    hashes = [old_root, *path] if first == last else list(path)
    _require(hashes, "The proof is empty.")
    found = _fold_both(hashes, first, last, new_last)
    _require(found == (old_root, new_root), "The proof leads to other roots.")


def check_subtree(start: int, end: int) -> None:
    """Refuse what can't have a root of its own: a subtree begins at a multiple of its width."""
    _require(0 <= start < end, f"There are no entries from {start} up to {end}.")
    _require(start % (1 << (end - start - 1).bit_length()) == 0, f"No subtree begins at {start}.")


def _fold_both(
    hashes: Sequence[bytes], first: int, last: int, new_last: int
) -> tuple[bytes, bytes]:
    old = new = hashes[0]
    for sibling in hashes[1:]:
        _require(new_last, "The proof is too long.")
        if last & 1 or last == new_last:
            old, new = node_hash(sibling, old) if first < last else old, node_hash(sibling, new)
            while not last & 1 and last:
                first, last, new_last = first >> 1, last >> 1, new_last >> 1
        else:
            new = node_hash(new, sibling)
        first, last, new_last = first >> 1, last >> 1, new_last >> 1
    _require(new_last == 0, "The proof is too short.")
    return old, new


def _require_hashes(*hashes: bytes) -> None:
    _require(all(len(item) == 32 for item in hashes), "A hash has not its 32 bytes.")


def _require(holds: object, message: str) -> None:
    if not holds:
        raise DoesNotHold("proof", message)


# ---------------------------------------------------------------- notes, keys, checkpoints

ED25519, COSIGNATURE = 1, 4
_NAME = r"[^\s+]+"
_VKEY = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]+)")
_LINE = re.compile(rf"— ({_NAME}) ([A-Za-z0-9+/=]+)")


@dataclass(frozen=True)
class Key:
    """A public key by its name: a log's (Ed25519) or a witness's (timestamped cosignatures)."""

    name: str
    kind: int
    raw: bytes

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read ``name+id+base64``; refuses a wrong id, another kind of key, another spelling."""
        match = _VKEY.fullmatch(text)
        typed = from_base64(match[3]) if match else b""
        if match is None or typed[:1] not in {b"\1", b"\4"} or len(typed) != 33:
            raise CannotCheck("key", f"Not a verifier key that can be used here: {text[:80]!r}.")
        key = cls(match[1], typed[0], typed[1:])
        if key.id.hex() != match[2]:
            raise CannotCheck("key", f"The id in this verifier key is not its own: {text[:80]!r}.")
        return key

    @property
    def id(self) -> bytes:
        """The first four bytes of SHA-256(name, newline, kind, key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    def check(self, text: str, signature: bytes) -> int | None:
        """The time that a witness's line states, None for a log's; DoesNotHold if it is wrong."""
        stated, message = None, text.encode()
        if self.kind == COSIGNATURE:
            stated, signature = int.from_bytes(signature[:8]), signature[8:]
            message = b"cosignature/v1\ntime %d\n" % stated + message
        is_dated = stated is None or 0 < stated < MAX_SIZE
        if not is_dated or not ed25519_holds(self.raw, signature, message):
            raise DoesNotHold(
                "signature",
                f"The signature of {self.name} is wrong.",
                "The checkpoint was changed after it was signed, or forged.",
            )
        return stated


def ed25519_holds(raw: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is the key's; CannotCheck where `cryptography` isn't installed."""
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- the rest goes without
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415
    except ImportError as error:
        message_for_people = "Signatures need `cryptography`: pip install cryptography."
        raise CannotCheck("cryptography", message_for_people) from error
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def split_note(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """A signed note's text, and the name, key id and signature of each line."""
    text, gap, signatures = note.rpartition("\n\n")
    controls = any(sign < " " and sign != "\n" for sign in note)
    if len(note) > MAX_NOTE or not gap or not signatures.endswith("\n") or controls:
        raise DoesNotHold("malformed", "Not a signed note.")
    return text + "\n", [_signature(line) for line in signatures[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes]:
    match = _LINE.fullmatch(line)
    signature = from_base64(match[2]) if match else b""
    if match is None or len(signature) < 5:
        raise DoesNotHold("malformed", f"Not a signature line: {line[:80]!r}.")
    return match[1], signature


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: the log's name, how many entries, and their root."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read a checkpoint's text; extension lines are allowed, other spellings are not."""
        lines = text.removesuffix("\n").split("\n")
        if not text.endswith("\n") or len(lines) < 3 or not all(lines):
            raise DoesNotHold("malformed", "Not a checkpoint.")
        head = cls(lines[0], to_number(lines[1]), from_base64(lines[2]))
        if len(head.root) != 32:
            raise DoesNotHold("malformed", "The checkpoint's root has not 32 bytes.")
        return head


# ---------------------------------------------------------------- whom to believe


@dataclass(frozen=True)
class Opened:
    """A checkpoint whose log signature holds, and when each known witness saw it."""

    head: Head
    times: Mapping[str, int]
    is_witnessed: bool


@dataclass(frozen=True)
class ReceiptKeys:
    """The keys by which a portal signs consent receipts, under their ids."""

    known: Mapping[str, bytes]
    anchored: bool = True

    @classmethod
    def read(cls, path: Path, *, anchored: bool) -> Self:
        """Read a JSON Web Key Set of Ed25519 keys, each under its thumbprint (RFC 7638)."""
        try:
            keys = json.loads(as_text(read_bytes(path), path.name))["keys"]
            return cls({key["kid"]: _public_key(key) for key in keys}, anchored)
        except (ValueError, KeyError, TypeError, RecursionError, DoesNotHold) as error:
            message = f"{path} does not hold the public keys of receipts (a JSON Web Key Set)."
            raise CannotCheck("receipt_key", message) from error


def _public_key(key: Mapping[str, str]) -> bytes:
    raw = from_base64url(key["x"])
    text = _encode({name: key[name] for name in ("crv", "kty", "x")})
    thumbprint = base64.urlsafe_b64encode(sha256(text.encode()).digest()).decode().rstrip("=")
    if (key["kty"], key["crv"], key["kid"], len(raw)) != ("OKP", "Ed25519", thumbprint, 32):
        raise ValueError("not an Ed25519 key under its own thumbprint")
    return raw


@dataclass(frozen=True)
class Trust:
    """The log's keys, the witnesses and the quorum; ``anchored`` if they came from outside."""

    logs: tuple[Key, ...]
    witnesses: Mapping[str, Key] = field(default_factory=dict)
    groups: Mapping[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorum: str = "none"
    origin: str | None = None
    anchored: bool = True
    receipts: ReceiptKeys = field(default_factory=lambda: ReceiptKeys({}))

    def is_met(self, names: Iterable[str], what: str | None = None) -> bool:
        """Whether these witnesses are enough."""
        what = self.quorum if what is None else what
        if what in self.groups:
            least, members = self.groups[what]
            names = frozenset(names)
            return sum(self.is_met(names, member) for member in members) >= least
        return what == "none" or what in names

    def open(self, note: str) -> Opened:
        """Read a checkpoint signed by one of the logs; lines of unknown keys don't count."""
        text, lines = split_note(note)
        head = Head.parse(text)
        signed = [key for key in self.logs if list(_times(key, text, lines))]
        if not any(head.origin == (self.origin or key.name) for key in signed):
            raise DoesNotHold(
                "not_signed",
                f"The checkpoint of {head.origin!r} carries no signature of a log you trust.",
                "It is another log's, forged, or the key has changed (see docs on rotation).",
            )
        found = {name: list(_times(key, text, lines)) for name, key in self.witnesses.items()}
        times = {name: min(stated) for name, stated in found.items() if stated}
        return Opened(head, times, self.is_met(times))

    def open_final(self, note: str) -> Opened:
        """As `open`, and enough witnesses have seen it."""
        opened = self.open(note)
        if not opened.is_witnessed:
            raise DoesNotHold(
                "not_witnessed",
                f"The checkpoint is signed but not witnessed: the quorum {self.quorum!r} isn't met"
                f" by {', '.join(sorted(opened.times)) or 'nobody'}.",
                "What it covers may still be changed by the operator without anybody noticing.",
            )
        return opened


def _times(key: Key, text: str, lines: Iterable[tuple[str, bytes]]) -> Iterator[int]:
    """The stated time of each line of this key (0 for a log's); a wrong one is refused."""
    for name, signature in lines:
        if name == key.name and signature[:4] == key.id:
            yield key.check(text, signature[4:]) or 0


@dataclass
class _PolicyReader:
    """Reads a C2SP tlog-policy line by line."""

    logs: list[Key] = field(default_factory=list)
    witnesses: dict[str, Key] = field(default_factory=dict)
    groups: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    quorums: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def take(self, line: str) -> None:
        match re.split("[ \t]+", line.strip(" \t")):
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(self._fresh(vkey, ED25519, self.logs))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                key = self._fresh(vkey, COSIGNATURE, self.witnesses.values())
                self.witnesses[self._new(name)] = key
            case ["group", name, least, *members] if members:
                self.groups[self._new(name)] = self._group(least, members)
            case ["quorum", name]:
                self._refuse_unless(name == "none" or self._is_known(name), f"{name} isn't defined")
                self.quorums.append(name)
            case [first, *_] if first and not first.startswith("#"):
                self._refuse_unless(False, f"not a line of a policy: {line[:80]!r}")

    def _fresh(self, vkey: str, kind: int, known: Iterable[Key]) -> Key:
        key = Key.parse(vkey)
        self._refuse_unless(key.kind == kind, f"{key.name} has the wrong kind of key")
        self._refuse_unless(all(key.raw != other.raw for other in known), "a key stands twice")
        return key

    def _new(self, name: str) -> str:
        is_free = name != "none" and not self._is_known(name)
        self._refuse_unless(is_free, f"the name {name} stands twice")
        return name

    def _is_known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups

    def _group(self, least: str, members: list[str]) -> tuple[int, tuple[str, ...]]:
        for member in members:
            self._refuse_unless(self._is_known(member), f"{member} isn't defined before its group")
            self._refuse_unless(member not in self.used, f"{member} is in two groups")
            self.used.add(member)
        number = {"any": "1", "all": str(len(members))}.get(least, least)
        is_fine = re.fullmatch("[1-9][0-9]{0,3}", number) and int(number) <= len(members)
        self._refuse_unless(is_fine, f"{least} is no number of members")
        return int(number), tuple(members)

    @staticmethod
    def _refuse_unless(holds: object, why: str) -> None:
        if not holds:
            raise CannotCheck("policy", f"The policy can't be used: {why}.")

    def done(self) -> Trust:
        self._refuse_unless(len(self.quorums) == 1, "it must have exactly one quorum line")
        return Trust(tuple(self.logs), self.witnesses, self.groups, self.quorums[0])


def parse_policy(data: bytes) -> Trust:
    """Whom a C2SP tlog-policy believes; names are bytes to it, and only tab and space separate."""
    text = data.decode("utf-8", "surrogateescape")
    if any((sign < " " and sign not in "\t\n") or sign == "\x7f" for sign in text):
        raise CannotCheck("policy", "The policy can't be used: it has control characters.")
    reader = _PolicyReader()
    for line in text.split("\n"):
        reader.take(line)
    return reader.done()


# ---------------------------------------------------------------- what TaxBridge's entries say

_EVENT_KEYS: Final = ["actor", "at", "event_id", "kind", "payload", "subject", "v"]
_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ACTOR = re.compile("[a-z]+:[A-Za-z0-9._-]+")
_SUBJECT = re.compile("[a-z]+:(?=.{36}$)[0-9a-f]+(-[0-9a-f]+){4}")
_TEXT = rb'"[ !#-\[\]-~]*"'
# Nearly every event is of this form, which needs no JSON parser; the others are looked at slowly.
_USUAL = re.compile(
    rb'\{"actor":"[a-z]{1,16}:[A-Za-z0-9._-]{1,60}","at":"([0-9]{4}-[0-9]{2}-[0-9]{2})'
    rb'(T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z)",'
    rb'"event_id":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",'
    rb'"kind":' + _TEXT + rb',"payload":\{((?:' + _TEXT + rb":(?:" + _TEXT + rb"|0|[1-9][0-9]{0,14}"
    rb'|true|false|null)(?:,(?=")|(?=\})))*)\},"subject":"[a-z]{1,16}:'
    rb'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}","v":1\}'
)
_KEY = re.compile(b"(" + _TEXT + b"):")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode


def _refuse(text: str) -> None:
    raise ValueError(f"{text} is no integer")


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode


def read_canonical(text: str) -> dict[str, Any]:
    """The object in canonical JSON: a part of RFC 8785; ValueError for any other spelling."""
    value = _decode(text)
    if not isinstance(value, dict) or _encode(value) != text or not _is_plain(value, 0):
        raise ValueError("not in canonical form")
    return value


def read_event(body: bytes) -> dict[str, Any]:
    """The event in an entry; ValueError unless these are its only bytes (docs/ledger-format.md)."""
    text = body.decode()
    event = read_canonical(text)
    if list(event) != _EVENT_KEYS:
        raise ValueError("not the keys of an event")
    datetime.fromisoformat(_matching(_AT, event["at"]))
    _matching(_UUID, event["event_id"])
    _matching(_ACTOR, event["actor"], 80)
    _matching(_SUBJECT, event["subject"], 80)
    has_form = isinstance(event["kind"], str) and isinstance(event["payload"], dict)
    if not has_form or not text.endswith(',"v":1}'):
        raise ValueError("not an event of version 1")
    return event


def date_and_id(body: bytes) -> tuple[str, bytes]:
    """When an event is dated, and its id; ValueError as `read_event`, but sooner."""
    match = _USUAL.fullmatch(body)
    if match and _is_day(match[1]) and _is_sorted(tuple(_KEY.findall(match[4]))):
        return (match[1] + match[2]).decode(), bytes.fromhex(match[3].replace(b"-", b"").decode())
    event = read_event(body)
    return event["at"], bytes.fromhex(event["event_id"].replace("-", ""))


@lru_cache(1000)
def _is_day(day: bytes) -> bool:
    try:
        return bool(date.fromisoformat(day.decode()))
    except ValueError:
        return False


@lru_cache(1000)
def _is_sorted(keys: tuple[bytes, ...]) -> bool:
    return all(key < other for key, other in pairwise(keys))


def _matching(pattern: re.Pattern[str], value: object, longest: int = 36) -> str:
    if not isinstance(value, str) or len(value) > longest or not pattern.fullmatch(value):
        raise ValueError(f"{value!r:.90} has not its form")
    return value


def _is_plain(value: object, depth: int) -> bool:
    """Strings without U+0000, integers below 2**53, booleans, null; at most four levels of them."""
    match value:
        case str():
            return "\0" not in value
        case int():
            return abs(value) < 2**53
        case dict():
            keys = all(key.isascii() and "\0" not in key for key in value)
            return depth < 4 and keys and all(_is_plain(item, depth + 1) for item in value.values())
        case list():
            return depth < 4 and all(_is_plain(item, depth + 1) for item in value)
    return value is None


def is_event(entry: bytes) -> bool:
    """Whether an entry is one of TaxBridge's."""
    try:
        read_event(entry)
    except (ValueError, RecursionError):
        return False
    return True


@dataclass(frozen=True)
class Span:
    """Entries from ``start`` on, up to ``stop``, and between which times they must be dated."""

    start: int
    stop: int
    earliest: str
    latest: str


def spans_of(seen: Mapping[int, int], size: int, slack: int) -> list[Span]:
    """From the first time at which witnesses saw each size: when each entry can have been written.

    Not before the last tree that was seen without it, nor after the first that was seen with it.
    """
    sizes = sorted(seen)
    bounds = [0, *sizes, size]
    spans = []
    for start, stop in pairwise(bounds):
        before = max((seen[known] for known in sizes if known <= start), default=0) - slack
        after = min((seen[known] for known in sizes if known >= stop), default=0)
        latest = _stamp(after + slack) if after else "9"
        spans.append(Span(start, stop, _stamp(max(before, 0)), latest))
    return [span for span in spans if span.start < span.stop]


def _stamp(seconds: int) -> str:
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return "9"
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def check_dates(dates: Sequence[str], first: int, spans: Iterable[Span]) -> None:
    """Refuse an entry dated outside its span; ``dates`` are those of the entries from ``first``."""
    for span in spans:
        inside = dates[max(span.start - first, 0) : max(span.stop - first, 0)]
        if not inside or (span.earliest <= min(inside) and max(inside) <= span.latest):
            continue
        for seq, at in enumerate(inside, max(span.start, first)):
            if not span.earliest <= at <= span.latest:
                raise DoesNotHold(
                    "dated_elsewhen",
                    f"Entry {seq} is dated {at}, but witnesses saw the log grow by it between"
                    f" {span.earliest} and {span.latest}.",
                    "It was written at another time than it says.",
                    seq,
                )


# ---------------------------------------------------------------- a log as a folder of tiles


def tile_path(level: int | str, index: int, width: int = WIDTH) -> str:
    """Where a tile or (level ``entries``) a bundle lies: tile/0/x001/x234/067.p/12."""
    digits = f"{index % 1000:03}"
    while index := index // 1000:
        digits = f"x{index % 1000:03}/{digits}"
    return f"tile/{level}/{digits}" + (f".p/{width}" if width < WIDTH else "")


def read_tile(folder: Path, level: int | str, index: int, width: int) -> tuple[bytes, bool]:
    """A tile or bundle, and whether it is the full one that has replaced the one asked for."""
    for is_fuller in (False, True) if width < WIDTH else (False,):
        try:
            with FileIO(
                f"{folder}/{tile_path(level, index, WIDTH if is_fuller else width)}"
            ) as file:
                return file.readall(), is_fuller
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise CannotCheck("unreadable", f"A tile can't be read: {error}.") from error
    first = index * WIDTH ** (1 if level == "entries" else int(level) + 1)
    name, meaning = tile_path(level, index, width), f"Entries from {first} on can't be checked."
    raise CannotCheck("missing", f"{name} is missing.", meaning, first)


@dataclass(frozen=True)
class Part:
    """Some bundles in a row, for one process."""

    folder: Path
    first: int
    widths: Sequence[int]
    cuts: Mapping[int, Sequence[int]]  # by bundle: at which widths a root is wanted too
    spans: Sequence[Span]
    is_events: bool


@dataclass(frozen=True)
class Bundle:
    """What is left of a bundle: the leaves' root, the roots of its cuts, its events' ids."""

    root: bytes
    cuts: Mapping[int, bytes]
    event_ids: Sequence[bytes]


def check_part(part: Part) -> list[Bundle]:
    """Hash the bundles of a part, and compare them with their tiles."""
    return [_check_bundle(part, part.first + n, width) for n, width in enumerate(part.widths)]


def _check_bundle(part: Part, index: int, width: int) -> Bundle:
    data, is_fuller = read_tile(part.folder, "entries", index, width)
    leaves, end = _hashed(data, width)
    if end > len(data) or (end < len(data) and not is_fuller):
        raise DoesNotHold(
            "malformed",
            f"{tile_path('entries', index, width)} has not the form of a bundle.",
            f"One of the entries {index * WIDTH} to {index * WIDTH + width - 1} was changed.",
        )
    compare_tile(part.folder, 0, index, leaves)
    ids = _check_events(part, index * WIDTH, data, width) if part.is_events else ()
    cuts = {cut: root_of(leaves[:cut]) for cut in part.cuts.get(index, ())}
    return Bundle(perfect_root(leaves) if width == WIDTH else b"", cuts, ids)


def _hashed(data: bytes, width: int) -> tuple[list[bytes], int]:
    """The leaf hashes of a bundle's entries, and where the last entry ends.

    In a copy, the low byte of each length becomes the 0x00 that a leaf is hashed with: so each is
    one piece, and nothing is put together. This is where the time goes.
    """
    copy, end = bytearray(data), 0
    view, leaves = memoryview(copy), []
    try:
        for _ in range(width):
            start = end + 1
            end = start + 1 + (copy[end] << 8 | copy[start])
            copy[start] = 0
            leaves.append(view[start:end])
    except IndexError:
        end = MAX_SIZE
    return [sha256(leaf).digest() for leaf in leaves], end


def entries_of(data: bytes, width: int) -> Iterator[bytes]:
    """The entries of a bundle whose form is known to be right."""
    end = 0
    for _ in range(width):
        start = end + 2
        end = start + int.from_bytes(data[end:start])
        yield data[start:end]


def _check_events(part: Part, first: int, data: bytes, width: int) -> Sequence[bytes]:
    events = []
    for seq, body in enumerate(entries_of(data, width), first):
        try:
            events.append(date_and_id(body))
        except (ValueError, RecursionError) as error:
            raise DoesNotHold(
                "not_an_event",
                f"Entry {seq} is no event as TaxBridge writes it: {error}.",
                "It was put in by other means than the portal's, or changed.",
                seq,
            ) from error
    check_dates([at for at, _ in events], first, part.spans)
    return [event_id for _, event_id in events]


def compare_tile(folder: Path, level: int, index: int, hashes: Sequence[bytes]) -> None:
    """Refuse a stored tile that says other than what follows from the entries."""
    data, is_fuller = read_tile(folder, level, index, len(hashes))
    expected = b"".join(hashes)
    if (data[: len(expected)] if is_fuller else data) == expected:
        return
    bad = next((n for n, item in enumerate(hashes) if data[32 * n : 32 * n + 32] != item), None)
    name, reach = tile_path(level, index, len(hashes)), WIDTH**level
    if bad is None:
        raise DoesNotHold("malformed", f"{name} has another length than it should.")
    first = (index * WIDTH + bad) * reach
    which = f"entry {first}" if level == 0 else f"entries {first} to {first + reach - 1}"
    raise DoesNotHold(
        "tile",
        f"{name} doesn't belong to {which}.",
        "The entries or the tile were changed after they were written.",
        first,
    )


@dataclass
class Tree:
    """The roots of full bundles, collapsed 256 at a time: a few hundred hashes for any size."""

    folder: Path
    levels: list[list[bytes]] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, root: bytes, level: int = 1) -> None:
        """Take in the root of the next full tile of the level below."""
        if len(self.levels) < level:
            self.levels.append([])
            self.counts.append(0)
        row = self.levels[level - 1]
        row.append(root)
        if len(row) == WIDTH:
            compare_tile(self.folder, level, self.counts[level - 1], row)
            self.counts[level - 1] += 1
            self.levels[level - 1] = []
            self.add(perfect_root(row), level + 1)

    def root(self, rest: bytes | None) -> bytes:
        """The root now, with the root of the leaves that don't fill a bundle."""
        peaks = [peak for row in reversed(self.levels) for peak in peaks_of(row)]
        return fold(peaks if rest is None else [*peaks, rest])

    def check_partial(self) -> None:
        """Compare the last tile of each level, which isn't full."""
        for level, row in enumerate(self.levels, 1):
            if row:
                compare_tile(self.folder, level, self.counts[level - 1], row)


@dataclass(frozen=True)
class Walk:
    """One reading of a log's folder from the first entry to the last."""

    folder: Path
    size: int
    wanted: frozenset[int]  # at which sizes the root is to be known
    spans: Sequence[Span] = ()
    is_events: bool = False
    processes: int = 1

    def roots(self) -> dict[int, bytes]:
        """The root at each wanted size; refuses what isn't as it should be on the way."""
        tree = Tree(self.folder)
        found: dict[int, bytes] = {}
        sizes = sorted(self.wanted | {self.size})
        with ExitStack() as stack:
            ids = stack.enter_context(EventIds()) if self.is_events else None
            for index, bundle in enumerate(self._bundles(stack)):
                self._note_cuts(sizes, index, tree, bundle, found)
                if bundle.root:
                    tree.add(bundle.root)
                if ids:
                    ids.add(index * WIDTH, bundle.event_ids)
            if ids:
                ids.check_once()
        tree.check_partial()
        while sizes:
            found[sizes.pop(0)] = tree.root(None)
        return found

    @staticmethod
    def _note_cuts(
        sizes: list[int], index: int, tree: Tree, bundle: Bundle, found: dict[int, bytes]
    ) -> None:
        while sizes and sizes[0] < (index + 1) * WIDTH:
            cut = sizes[0] - index * WIDTH
            found[sizes.pop(0)] = tree.root(bundle.cuts[cut] if cut else None)

    def _bundles(self, stack: ExitStack) -> Iterator[Bundle]:
        parts = self._parts()
        if self.processes == 1:
            results: Iterable[list[Bundle]] = map(check_part, parts)
        else:
            results = stack.enter_context(Pool(self.processes)).imap(check_part, parts)
        for result in results:
            yield from result

    def _parts(self) -> Iterator[Part]:
        cuts = self._cuts()
        count = -(-self.size // WIDTH)
        for first in range(0, count, PART):
            numbers = range(first, min(first + PART, count))
            low, high = first * WIDTH, (first + PART) * WIDTH
            yield Part(
                self.folder,
                first,
                [min(self.size - number * WIDTH, WIDTH) for number in numbers],
                {number: cuts[number] for number in numbers if number in cuts},
                [span for span in self.spans if span.start < high and span.stop > low],
                self.is_events,
            )

    def _cuts(self) -> dict[int, list[int]]:
        cuts: dict[int, list[int]] = {}
        for size in self.wanted | {self.size}:
            if size % WIDTH:
                cuts.setdefault(size // WIDTH, []).append(size % WIDTH)
        return cuts


class EventIds:
    """That no event id stands twice, in little memory: 128 files by the id's first seven bits."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._files: list[IO[bytes]] = []

    def __enter__(self) -> Self:
        for _ in range(128):
            file = tempfile.TemporaryFile(buffering=4096)
            self._files.append(self._stack.enter_context(file))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def add(self, first: int, event_ids: Iterable[bytes]) -> None:
        """Keep the ids of the entries from ``first`` on."""
        for seq, event_id in enumerate(event_ids, first):
            self._files[event_id[0] >> 1].write(event_id + seq.to_bytes(8))

    def check_once(self) -> None:
        """Refuse an id found at two entries."""
        for file in self._files:
            file.seek(0)
            records = sorted(iter(lambda: file.read(24), b""))  # noqa: B023 -- read at once
            for one, two in pairwise(records):
                if one[:16] == two[:16]:
                    seq, again = int.from_bytes(one[16:]), int.from_bytes(two[16:])
                    message = f"Entries {seq} and {again} are one event twice."
                    raise DoesNotHold("event_twice", message, entry=again)


# ---------------------------------------------------------------- the three commands


@dataclass
class Report:
    """What held, in sentences and for programs."""

    lines: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    is_anchored: bool = True

    def say(self, line: str, **facts: object) -> None:
        """Add a sentence, and what it says as values."""
        self.lines.append(line)
        self.facts.update(facts)

    def say_witnesses(self, times: Mapping[str, int]) -> None:
        """Add who saw the checkpoint, and when."""
        seen = [f"{name} ({_moment(time)})" for name, time in sorted(times.items())]
        words = f"Witnessed by {', '.join(seen)}." if seen else "No witness is known or was asked."
        self.say(words, witnesses=dict(times))


def _moment(seconds: int) -> str:
    return _stamp(seconds)[:19].replace("T", " ") + " UTC"


def open_file(path: Path, trust: Trust, read: Callable[[Trust, str], Opened]) -> Opened:
    """A checkpoint in a file; a refusal names the file."""
    try:
        return read(trust, as_text(read_bytes(path), path.name))
    except DoesNotHold as found:
        message = f"{path.name}: {found.message}"
        raise DoesNotHold(found.code, message, found.meaning, found.entry) from found


def history_of(folder: Path, trust: Trust, newest: Head) -> dict[int, Opened]:
    """The older checkpoints in history/, by size; each is the log's and not above the newest."""
    found = {}
    for path in sorted((folder / "history").glob("*")):
        opened = open_file(path, trust, Trust.open)
        same_log = opened.head.origin == newest.origin and path.name == str(opened.head.size)
        if not same_log or opened.head.size > newest.size:
            raise DoesNotHold(
                "history",
                f"history/{path.name} is a checkpoint of {opened.head.origin} with"
                f" {opened.head.size} entries; the newest here has {newest.size}.",
                "The log was cut back, or the file was put there by somebody else.",
            )
        found[opened.head.size] = opened
    return found


def check_log(folder: Path, trust: Trust, options: argparse.Namespace) -> Report:
    """The whole log in a folder: every entry, tile, older checkpoint, and the dates of events."""
    newest = open_file(folder / "checkpoint", trust, Trust.open_final)
    size = newest.head.size
    known = {**history_of(folder, trust, newest.head), size: newest}
    seen = {at: min(opened.times.values()) for at, opened in known.items() if opened.times}
    is_ours = not options.hashes_only and _starts_with_event(folder, size)
    spans = spans_of(seen, size, options.slack) if is_ours else []
    wanted = frozenset(known)
    roots = Walk(folder, size, wanted, spans, is_ours, options.processes).roots()
    _check_roots(roots, known)
    report = _log_report(newest, len(known) - 1)
    if is_ours:
        dates = f", all dated within {options.slack} s of when witnesses saw them" if seen else ""
        report.say(f"Every entry is an event in canonical form, none stands twice{dates}.")
    elif not options.hashes_only:
        report.say("The entries are not TaxBridge's events: their content was not looked at.")
    report.facts["events"] = is_ours
    return report


def _starts_with_event(folder: Path, size: int) -> bool:
    if not size:
        return False
    width = min(size, WIDTH)
    data, _ = read_tile(folder, "entries", 0, width)
    return is_event(next(entries_of(data, width)))


def _check_roots(roots: Mapping[int, bytes], known: Mapping[int, Opened]) -> None:
    held = 0
    for size in sorted(known):
        if roots[size] != known[size].head.root:
            raise DoesNotHold(
                "root",
                f"The first {size} entries don't give the root that was signed for them.",
                f"An entry from {held} to {size - 1} was changed, put in or left out, and all"
                " hashes were computed anew.",
                held,
            )
        held = size


def _log_report(newest: Opened, older: int) -> Report:
    report, head = Report(), newest.head
    report.say(
        f"{head.origin}: {head.size:,} entries, root {to_base64(head.root)}.",
        origin=head.origin,
        size=head.size,
        root=to_base64(head.root),
    )
    report.say("Every entry was hashed again; together they give the signed root.")
    report.say_witnesses(newest.times)
    report.say(f"{older:,} older checkpoints: nothing before them was changed.", history=older)
    return report


# -- receipts

PROOF: Final = "c2sp.org/tlog-proof@v1"
MAX_RECEIPT: Final = 16_000_000
MAX_UNPACKED: Final = 1_000_000_000  # of a zip whole; an archive of 20,000 receipts has a tenth


@dataclass(frozen=True)
class Proof:
    """A C2SP tlog-proof: an entry's number, its way to a root, and the signed checkpoint."""

    index: int
    path: tuple[bytes, ...]
    note: str
    extra: bytes

    @classmethod
    def parse(cls, text: str) -> Proof:
        """Read the text; refuses any other spelling."""
        head, _, note = text.partition("\n\n")
        magic, *lines = head.split("\n")
        extra = lines.pop(0)[6:] if lines and lines[0].startswith("extra ") else ""
        if magic != PROOF or not lines or not lines[0].startswith("index "):
            raise DoesNotHold("malformed", "This is not a receipt (C2SP tlog-proof).")
        index = to_number(lines.pop(0)[6:])
        return cls(index, tuple(map(from_base64, lines)), note, from_base64(extra))


@dataclass(frozen=True)
class Receipt:
    """A receipt that holds: the entry, and the checkpoint that it was proven to stand under."""

    index: int
    entry: bytes
    opened: Opened

    def sentence(self) -> str:
        """What the entry says."""
        if not is_event(self.entry):
            return f"Entry {self.index} ({len(self.entry)} bytes that are no TaxBridge event)"
        event = read_event(self.entry)
        return f"Entry {self.index}: {event['kind']} of {event['subject']} at {event['at']}"


def check_receipt(text: str, trust: Trust, entry: bytes | None) -> Receipt:
    """One receipt; the entry is what it carries, unless it is given."""
    proof = Proof.parse(text)
    entry = proof.extra if entry is None else entry
    if not entry:
        raise CannotCheck("entry", "The receipt doesn't carry its entry: give it with --entry.")
    opened = trust.open_final(proof.note)
    check_inclusion(
        index=proof.index,
        size=opened.head.size,
        leaf=leaf_hash(entry),
        path=proof.path,
        root=opened.head.root,
    )
    return Receipt(proof.index, entry, opened)


ENDS: Final = frozenset(
    f"consent.{end}" for end in ("withdrawn", "released", "superseded", "expired", "key_revoked")
)
ERASED: Final = frozenset({"data.erased", "features.erased"})


def check_bundle(bundle: Mapping[str, Any], trust: Trust) -> list[Receipt]:
    """What a bundle says of a consent's end: each receipt, and that together they say so."""
    granted = check_receipt(bundle["granted"], trust, None)
    receipts = [check_receipt(text, trust, None) for text in bundle["receipts"]]
    first, *events = [_event(receipt) for receipt in (granted, *receipts)]
    subjects = {event["subject"] for event in (first, *events)}
    document = first["payload"].get("artefact_sha256")
    if first["kind"] != "consent.granted" or document != bundle["artefact_sha256"]:
        raise DoesNotHold("bundle", "The consent was not granted by this document.")
    if subjects != {f"consent:{bundle['consent']}"}:
        raise DoesNotHold("bundle", "An entry is about something else than this consent.")
    if not _says_so(bundle["what"], events):
        raise DoesNotHold("bundle", f"The entries don't say what the file says: {bundle['what']}.")
    return [granted, *receipts]


def _event(receipt: Receipt) -> dict[str, Any]:
    try:
        return read_event(receipt.entry)
    except (ValueError, RecursionError) as error:
        raise DoesNotHold(
            "not_an_event", f"Entry {receipt.index} is no event as TaxBridge writes it."
        ) from error


def _says_so(what: str, events: Sequence[Mapping[str, Any]]) -> bool:
    """A data.erased without ``kept`` is about months that were never completed, not the end."""
    kinds = {event["kind"] for event in events}
    if what == "stopped":
        return bool(kinds) and kinds <= ENDS
    done = any(event["kind"] == "data.erased" and "kept" in event["payload"] for event in events)
    return what == "erased" and done and kinds <= ERASED


# -- consent receipts: a compact JWS of the portal with the ledger's receipts inside

_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+|eyJ.*\..*", re.DOTALL)
SCHEMA: Final = "taxbridge-consent-receipt-v1"
MAX_PROOFS: Final = 200
_TERMS: Final = ("purpose", "categories", "first_month", "last_month", "max_uses")


@dataclass(frozen=True)
class Said:
    """What a consent receipt says, as far as it is compared with the ledger or told to people."""

    claims: Mapping[str, Any]

    @classmethod
    def read(cls, body: bytes) -> Said:
        """Read the body; a refusal where it isn't spelled or filled as the portal does it."""
        said = cls(read_canonical(body.decode()))
        proofs = said.claims["proofs"]
        is_proven = isinstance(proofs, list) and len(proofs) <= MAX_PROOFS
        if not is_proven or not all(isinstance(one, str) for one in proofs):
            raise ValueError("no proofs")
        if said.claims["schema_version"] != SCHEMA:
            raise ValueError("another version")
        said.sentences()
        said.terms()
        return said

    def terms(self) -> dict[str, Any]:
        """As the ledger has them of a granting."""
        use = self.claims["pii_processing"]
        kinds = ",".join(kind["code"] for kind in use["pii_categories"])
        months = use["months"]
        values = (use["purpose"]["code"], kinds, months["first"], months["last"], use["max_uses"])
        return {
            **dict(zip(_TERMS, values, strict=True)),
            "artefact_sha256": self.claims["artefact_sha256"],
        }

    def sentences(self) -> list[str]:
        """Who, what, for what, until; whose word it is."""
        (bank,) = self.claims["pii_controllers"]
        firm = _party(self.claims["pii_principal"], "uscc")
        use, months = self.claims["pii_processing"], self.claims["pii_processing"]["months"]
        kinds = _shown(", ".join(kind["text_en"] for kind in use["pii_categories"]))
        first, last = _shown(months["first"]), _shown(months["last"])
        since, until = _shown(use["valid_from"]), _shown(use["valid_until"])
        of = _shown(self.claims["record_id"])
        return [
            f"Consent receipt {_shown(self.claims['receipt_id'])} of consent {of}.",
            f"Who: {firm} allowed {_party(bank, 'licence')}.",
            f"What: {kinds}; {first} to {last}; uses at most: {use['max_uses']:d}.",
            f"For what: {_shown(use['purpose']['text_en'])}",
            f"From {since} until {until}; stored until {_shown(use['stored_until'])}.",
        ]

    def agrees(self, receipts: Sequence[Receipt]) -> None:
        """Refuse unless these entries are the events that it tells of, under its terms."""
        events = [_event(receipt) for receipt in receipts]
        subject = f"consent:{self.claims['record_id']}"
        if any(event["subject"] != subject for event in events):
            raise DoesNotHold("body", "An entry is about something else than this consent.")
        told = [
            _told(receipt.index, event) for receipt, event in zip(receipts, events, strict=True)
        ]
        if not told or told != self.claims["events"]:
            raise DoesNotHold("body", "What it says happened is not what its entries say.")
        if told[-1]["event_id"] != self.claims["receipt_id"]:
            raise DoesNotHold("body", "It is not the receipt of the last of its events.")
        granted, terms = events[0], self.terms()
        stated = {name: granted["payload"].get(name) for name in terms}
        if granted["kind"] != "consent.granted" or stated != terms:
            raise DoesNotHold(
                "body", "Its terms are not those that the ledger has of the granting."
            )


def _told(index: int, event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event_type": event["kind"],
        "event_time": event["at"],
        "event_id": event["event_id"],
        "ledger_entry": index,
    }


def _party(party: Mapping[str, str], code: str) -> str:
    return f"{_shown(party['name'])} ({_shown(party[code])})"


def _shown(text: str) -> str:
    """A text for a terminal: what can't be printed could also move the cursor."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def is_signed_text(text: str) -> bool:
    """Whether a text has the shape of a compact JWS, or had it before it was changed."""
    return _COMPACT.fullmatch(text.strip()) is not None


def check_consent_receipt(text: str, trust: Trust, report: Report) -> list[Receipt]:
    """A consent receipt: its header, the portal's signature, the ledger's proofs, then its words.

    A refusal names the part: header, body, signature or proof.
    """
    if not trust.receipts.known:
        message = "A consent receipt needs the portal's public key: give it with --receipt-key."
        raise CannotCheck("no_receipt_key", message)
    head, body, signature = _parts(text.strip())
    key = _key_named(head, trust.receipts.known)
    said = _said(body)
    raw = _decoded_part("signature", signature)
    is_signed = len(raw) == 64 and ed25519_holds(key, raw, f"{head}.{body}".encode())
    receipts = _proven(said, trust, is_signed=is_signed)
    if not is_signed:
        raise DoesNotHold(
            "signature",
            "The portal's signature does not hold.",
            "The signature was changed, or words in the body that the ledger doesn't repeat:"
            " the ledger's proofs inside hold, and give the same events and terms.",
        )
    report.is_anchored &= trust.receipts.anchored
    for line in said.sentences():
        report.say(line, consent=said.claims["record_id"])
    report.say("The portal signed it; the ledger has the same document, terms and events.")
    return receipts


def _parts(text: str) -> tuple[str, str, str]:
    parts = text.split(".")
    if len(parts) != 3:
        raise DoesNotHold(
            "malformed", "A consent receipt has three parts, with a full stop between them."
        )
    head, body, signature = parts
    return head, body, signature


def _decoded_part(name: str, text: str) -> bytes:
    try:
        return from_base64url(text)
    except DoesNotHold as error:
        message = f"The {name} of the consent receipt was changed: it is not base64url."
        raise DoesNotHold(name, message) from error


def _key_named(head: str, known: Mapping[str, bytes]) -> bytes:
    """The key that the header names; the header has three members and no other."""
    try:
        header = json.loads(_decoded_part("header", head))
    except (ValueError, RecursionError):
        header = None
    expected = {"alg": "Ed25519", "typ": "taxbridge-consent-receipt"}
    if not isinstance(header, dict) or {**header, "kid": ""} != {**expected, "kid": ""}:
        message = "The header of the consent receipt was changed, or it is no consent receipt."
        raise DoesNotHold("header", message)
    if not isinstance(header.get("kid"), str) or header["kid"] not in known:
        raise DoesNotHold(
            "header",
            "The header of the consent receipt names a key that isn't among those given.",
            "It is another portal's, the header was changed, or the key has changed since.",
        )
    return known[header["kid"]]


def _said(body: str) -> Said:
    try:
        return Said.read(_decoded_part("body", body))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        message = "The body of the consent receipt was changed: the portal doesn't write it so."
        raise DoesNotHold("body", message) from error


def _proven(said: Said, trust: Trust, *, is_signed: bool) -> list[Receipt]:
    """Each proof inside, and that they bear the words out."""
    note = "" if is_signed else "The portal's signature does not hold either: the body was changed."
    numbered = enumerate(said.claims["proofs"], start=1)
    receipts = [_one_proven(number, text, trust, note) for number, text in numbered]
    try:
        said.agrees(receipts)
    except DoesNotHold as found:
        raise DoesNotHold("body", f"The consent receipt: {found.message}", note) from found
    return receipts


def _one_proven(number: int, text: str, trust: Trust, note: str) -> Receipt:
    try:
        return check_receipt(text, trust, None)
    except Finding as found:
        if found.code == "cryptography":
            raise
        code = found.code if found.code == "not_witnessed" else "proof"
        message = f"Proof {number} in the consent receipt: {found.message}"
        raise DoesNotHold(code, message, note or found.meaning) from found


def files_in(path: Path) -> list[tuple[str, str]]:
    """The names and texts of a file, or of the receipts in a folder or a zip."""
    if path.is_dir():
        files = [item for item in sorted(path.rglob("*")) if item.is_file()]
        files = [item for item in files if item != path / RECEIPT_KEYS]
        found = [(str(item.relative_to(path)), read_bytes(item)) for item in files]
    elif zipfile.is_zipfile(path):
        found = _unzipped(path)
    else:
        return [(path.name, as_text(read_bytes(path), path.name))]
    begins = (PROOF.encode(), b"{", b"eyJ")
    texts = [(name, data) for name, data in found if data.startswith(begins)]
    return [(name, as_text(data, name)) for name, data in texts]


def _unzipped(path: Path) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            if any(info.file_size > MAX_RECEIPT for info in infos):
                raise CannotCheck("too_large", f"{path.name} has a file too large for a receipt.")
            if sum(info.file_size for info in infos) > MAX_UNPACKED:
                raise CannotCheck("too_large", f"{path.name} unpacks to more than receipts fill.")
            return [(info.filename, archive.read(info)) for info in infos]
    # zipfile's own refusals: a broken file, a compression it doesn't know, a password.
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise CannotCheck("unreadable", f"{path} can't be unpacked: {error}.") from error


def check_receipts(path: Path, trust: Trust, options: argparse.Namespace) -> Report:
    """All receipts of a file, folder or zip, and with --log that the log still agrees."""
    entry = read_bytes(options.entry) if options.entry else None
    receipts, report = [], Report()
    for name, text in files_in(path):
        try:
            receipts += _receipts_in(text, trust, entry, report)
        except Finding as found:
            message = f"{name}: {found.message}"
            raise type(found)(found.code, message, found.meaning, found.entry) from found
    if not receipts:
        raise CannotCheck("missing", f"There is no receipt in {path}.")
    for receipt in receipts:
        report.say(f"{receipt.sentence()}.")
    report.say_witnesses(max(receipts, key=lambda one: one.opened.head.size).opened.times)
    if options.log:
        _check_against_log(options.log, [one.opened.head for one in receipts], trust, options)
        report.say("The log in the folder has all of them at their places.")
    report.facts["entries"] = [receipt.index for receipt in receipts]
    return report


def _receipts_in(text: str, trust: Trust, entry: bytes | None, report: Report) -> list[Receipt]:
    if is_signed_text(text):
        return check_consent_receipt(text, trust, report)
    if not text.startswith("{"):
        return [check_receipt(text, trust, entry)]
    try:
        return check_bundle(json.loads(text), trust)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DoesNotHold("malformed", "This is not a bundle of receipts.") from error


def _check_against_log(
    folder: Path, heads: Iterable[Head], trust: Trust, options: argparse.Namespace
) -> None:
    """Refuse a folder whose log doesn't begin with the trees of these checkpoints."""
    newest = open_file(folder / "checkpoint", trust, Trust.open).head
    wanted = {head.size: head for head in heads}
    for head in wanted.values():
        if head.origin != newest.origin:
            raise CannotCheck("origin", f"{head.origin} and {newest.origin} are two logs.")
        if head.size > newest.size:
            raise DoesNotHold(
                "shorter",
                f"The log has {newest.size} entries, but it was signed with {head.size}.",
                "Its end was cut off, or it was put back to an older state.",
                newest.size,
            )
    processes = options.processes
    roots = Walk(folder, newest.size, frozenset(wanted), processes=processes).roots()
    for head in [newest, *wanted.values()]:
        if roots[head.size] != head.root:
            raise DoesNotHold(
                "rewritten",
                f"The first {head.size} entries of the log are not those of the checkpoint.",
                "History was written anew. Keep both files: together they show it.",
            )


# -- consistency


def checkpoint_in(path: Path) -> str:
    """The checkpoint in a file: alone, in a receipt, or in an exported folder."""
    text = as_text(read_bytes(path / "checkpoint" if path.is_dir() else path), path.name)
    return Proof.parse(text).note if text.startswith(PROOF) else text


def check_two(old: Path, new: Path, trust: Trust, options: argparse.Namespace) -> Report:
    """That the log of the newer checkpoint begins with all of the older one's."""
    first, second = (trust.open(checkpoint_in(path)) for path in (old, new))
    _check_comparable(first.head, second.head)
    if first.head.size < second.head.size:
        _check_prefix(first.head, second.head, trust, options)
    report = Report()
    report.say(
        f"{first.head.origin}: the {second.head.size:,} entries of the newer checkpoint begin with"
        f" the {first.head.size:,} of the older one.",
        origin=first.head.origin,
        sizes=[first.head.size, second.head.size],
    )
    report.say_witnesses(second.times)
    return report


def _check_comparable(first: Head, second: Head) -> None:
    if first.origin != second.origin:
        raise CannotCheck("origin", f"{first.origin} and {second.origin} are two logs.")
    if first.size > second.size:
        raise DoesNotHold(
            "shorter",
            f"The newer checkpoint has {second.size} entries, the older {first.size}.",
            "The log was put back to an older state, unless you gave the files in the wrong order.",
            second.size,
        )
    if first.size == second.size and first.root != second.root:
        raise DoesNotHold(
            "fork",
            f"Both checkpoints are signed for {first.size} entries, but their roots differ.",
            "The log showed two histories. Keep both files: together they prove it.",
        )


def _check_prefix(first: Head, second: Head, trust: Trust, options: argparse.Namespace) -> None:
    if options.proof:
        lines = as_text(read_bytes(options.proof), options.proof.name).split()
        check_consistency(
            old_size=first.size,
            old_root=first.root,
            new_size=second.size,
            new_root=second.root,
            path=[from_base64(line) for line in lines],
        )
    elif options.log:
        _check_against_log(options.log, [first, second], trust, options)
    else:
        raise CannotCheck(
            "no_proof",
            "The two checkpoints have different sizes: what was signed between them is needed.",
            "Give the exported log with --log, or a consistency proof with --proof.",
        )


# ---------------------------------------------------------------- the command line


def given_trust(options: argparse.Namespace) -> Trust | None:
    """The keys or the policy of the command line; keys take the place of the policy's logs."""
    keys = [key for text in options.vkey for key in _keys_in(text)]
    if not keys and not options.policy:
        return None
    trust = parse_policy(read_bytes(options.policy)) if options.policy else Trust(())
    logs = tuple(key for key in keys if key.kind == ED25519) or trust.logs
    asked = {key.name: key for key in keys if key.kind == COSIGNATURE}
    groups, quorum = trust.groups, trust.quorum
    if asked and not options.policy:
        groups, quorum = {"given": (len(asked), tuple(asked))}, "given"
    if not logs:
        raise CannotCheck("no_key", "No log is named: give its key with --vkey, or in the policy.")
    return Trust(logs, {**trust.witnesses, **asked}, groups, quorum, options.origin)


def _keys_in(text: str) -> list[Key]:
    """A verifier key, or those in a file."""
    if _VKEY.fullmatch(text):
        return [Key.parse(text)]
    lines = as_text(read_bytes(Path(text)), text).split("\n")
    return [Key.parse(line) for line in lines if line]


def trust_inside(path: Path, origin: str | None) -> Trust:
    """What an export or a bundle says of its own keys: shows that it is whole, and no more."""
    policy, keys = path / "policy", path / "keys" / "log"
    if policy.exists():
        found = parse_policy(read_bytes(policy))
        return Trust(found.logs, found.witnesses, found.groups, found.quorum, origin, False)
    if keys.exists():
        return Trust(tuple(_keys_in(str(keys))), origin=origin, anchored=False)
    for _, text in files_in(path) if not path.is_dir() else ():
        match = re.search(r'"keys": ?\[([^]]*)\]', text)
        if match:
            keys_inside = tuple(map(Key.parse, re.findall(r'"([^"]+)"', match[1])))
            return Trust(keys_inside, origin=origin, anchored=False)
    raise CannotCheck("no_key", "No key is known: give the log's key with --vkey or --policy.")


RECEIPT_KEYS: Final = Path("keys", "receipts.json")


def receipt_keys(options: argparse.Namespace) -> ReceiptKeys:
    """The portal's keys of consent receipts: given, or those of an export, which prove less."""
    if options.receipt_key:
        return ReceiptKeys.read(options.receipt_key, anchored=True)
    path = (options.log or options.path) / RECEIPT_KEYS
    return ReceiptKeys.read(path, anchored=False) if path.is_file() else ReceiptKeys({})


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--vkey", action="append", default=[], help="a verifier key, or a file")
    shared.add_argument("--policy", type=Path, help="a C2SP tlog-policy: logs, witnesses, quorum")
    shared.add_argument("--origin", help="the log's name, where it isn't that of its key")
    shared.add_argument("--json", action="store_true", help="the verdict as one JSON object")
    shared.add_argument("--processes", type=int, default=1, metavar="N", help="hash with N at once")
    shared.add_argument("--log", type=Path, metavar="DIR", help="an exported log to compare with")
    whole = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[2])
    whole.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = whole.add_subparsers(dest="command", required=True)
    log = commands.add_parser("log", parents=[shared], help="a whole log in a folder")
    log.add_argument("path", type=Path, metavar="DIR")
    log.add_argument("--hashes-only", action="store_true", help="don't read what entries say")
    log.add_argument("--slack", type=int, default=SLACK, help="seconds between date and witness")
    receipt = commands.add_parser("receipt", parents=[shared], help="receipts")
    receipt.add_argument("path", type=Path, metavar="FILE")
    receipt.add_argument("--entry", type=Path, help="the entry, where the receipt lacks it")
    receipt.add_argument(
        "--receipt-key", type=Path, metavar="FILE", help="the portal's public keys of receipts"
    )
    two = commands.add_parser("consistency", parents=[shared], help="two checkpoints")
    two.add_argument("path", type=Path, metavar="OLD")
    two.add_argument("new", type=Path, metavar="NEW")
    two.add_argument("--proof", type=Path, help="a consistency proof, one base64 hash a line")
    return whole


def run(options: argparse.Namespace) -> tuple[int, Report]:
    """The exit code and the report; a `Finding` when there is nothing good to report."""
    trust = given_trust(options)
    if trust is None:
        trust = trust_inside(options.log or options.path, options.origin)
    if options.command == "log":
        report = check_log(options.path, trust, options)
    elif options.command == "receipt":
        trust = replace(trust, receipts=receipt_keys(options))
        report = check_receipts(options.path, trust, options)
    else:
        report = check_two(options.path, options.new, trust, options)
    return (HOLDS if trust.anchored and report.is_anchored else UNANCHORED), report


VERDICTS: Final = {
    HOLDS: "HOLDS.",
    FAILS: "DOES NOT HOLD.",
    UNCHECKED: "CAN'T BE CHECKED.",
    UNANCHORED: "HOLDS IN ITSELF, BUT PROVES NOTHING AGAINST THE OPERATOR.\n"
    "The key came with the file, and whoever made the file could have made the key too.\n"
    "Get key or policy from a witness or an earlier letter: --vkey, --policy.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names, print the verdict, and return its exit code."""
    options = parser().parse_args(arguments)
    try:
        code, report = run(options)
    except Finding as found:
        code, report = found.exit_code, Report()
        report.say(found.message, problem=found.code, entry=found.entry)
        if found.meaning:
            report.say(found.meaning)
    if options.json:
        verdict = ("holds", "fails", "unchecked", "unanchored")[code]
        result = {"verdict": verdict, "exit": code, **report.facts, "says": report.lines}
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join([*report.lines, VERDICTS[code]]) + "\n")
    return code


if __name__ == "__main__":
    if isinstance(sys.stdout, TextIOWrapper):  # names that the terminal's encoding doesn't have
        sys.stdout.reconfigure(errors="backslashreplace")
    raise SystemExit(main())
