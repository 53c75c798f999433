"""Changes of bytes and of signed notes, by chance from a seed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ledger.format.note_keys import NoteRefused
from ledger.format.notes import signatures
from tests.ledger_verifier.exports import LOG, WITNESSES

Change = Callable[[Random, bytes], bytes]
KNOWN = {(LOG.name, LOG.verifier.key_id)} | {
    (witness.name, witness.cosigner.key_id) for witness in WITNESSES.values()
}


def _place(chance: Random, data: bytes) -> int:
    return chance.randrange(max(len(data), 1))


def flip_bit(chance: Random, data: bytes) -> bytes:
    place = _place(chance, data)
    changed = bytes([data[place] ^ 1 << chance.randrange(8)]) if data else b""
    return data[:place] + changed + data[place + 1 :]


def drop_byte(chance: Random, data: bytes) -> bytes:
    place = _place(chance, data)
    return data[:place] + data[place + 1 :]


def insert_byte(chance: Random, data: bytes) -> bytes:
    place = chance.randrange(len(data) + 1)
    return data[:place] + chance.choice([b"\n", b" ", b"\0", b"=", b"0", b"A"]) + data[place:]


def truncate(chance: Random, data: bytes) -> bytes:
    return data[: _place(chance, data)]


def extend(chance: Random, data: bytes) -> bytes:
    return data + chance.randbytes(chance.randrange(1, 40))


def repeat_part(chance: Random, data: bytes) -> bytes:
    start, end = sorted((_place(chance, data), _place(chance, data)))
    return data[:end] + data[start:end] + data[end:]


def swap_parts(chance: Random, data: bytes) -> bytes:
    length = chance.choice([1, 2, 32, 100])
    first, second = sorted((_place(chance, data), _place(chance, data)))
    if second - first < length:
        return data
    one, two = data[first : first + length], data[second : second + length]
    return data[:first] + two + data[first + length : second] + one + data[second + length :]


BYTE_CHANGES: list[Change] = [
    flip_bit,
    drop_byte,
    insert_byte,
    truncate,
    extend,
    repeat_part,
    swap_parts,
]


def _lines(data: bytes) -> tuple[bytes, list[bytes]]:
    text, _, lines = data.rpartition(b"\n\n")
    return text, lines.splitlines(keepends=True)


def reorder_lines(chance: Random, data: bytes) -> bytes:
    text, lines = _lines(data)
    chance.shuffle(lines)
    return text + b"\n\n" + b"".join(lines)


def repeat_line(chance: Random, data: bytes) -> bytes:
    text, lines = _lines(data)
    return text + b"\n\n" + b"".join([*lines, chance.choice(lines)])


def drop_line(chance: Random, data: bytes) -> bytes:
    text, lines = _lines(data)
    lines.pop(chance.randrange(len(lines)))
    return text + b"\n\n" + b"".join(lines)


def add_unknown_line(chance: Random, data: bytes) -> bytes:
    return data + "— stranger.example/x 3q2+7wAAAAAAAAAAAAAAAAAAAAAAAAAA\n".encode()


def spell_otherwise(chance: Random, data: bytes) -> bytes:
    """Other spellings of one content: line ends, padding, unused bits, signs, zeroes."""
    before, after = chance.choice(
        [
            (b"\n", b"\r\n"),
            (b"=\n", b"\n"),
            (b"=\n", b"==\n"),
            (b"/", b"_"),
            (b"\n2", b"\n02"),
            (b"\n3", b"\n+3"),
            (b" ", b"  "),
            ("—".encode(), b"-"),
            (b"\n\n", b"\n\n\n"),
        ]
    )
    return data.replace(before, after, chance.choice([1, -1]))


NOTE_CHANGES: list[Change] = [
    reorder_lines,
    repeat_line,
    drop_line,
    add_unknown_line,
    spell_otherwise,
]


def said(note: bytes) -> tuple[str, frozenset[tuple[str, bytes]]] | None:
    """A note's text and the lines of known parties; None for what is no note."""
    try:
        text, lines = signatures(note.decode())
    except (NoteRefused, UnicodeDecodeError):
        return None
    known = frozenset((name, line) for name, line in lines if (name, line[:4]) in KNOWN)
    return text, known


def is_met(lines: frozenset[tuple[str, bytes]]) -> bool:
    """Whether the log's line and a quorum's are among these."""
    names = {name for name, _ in lines}
    regulator, *banks = (witness.name for witness in WITNESSES.values())
    return {LOG.name, regulator} <= names and not names.isdisjoint(banks)
