"""Compiled catalogues: the ``.mo`` form that Python's gettext reads, little-endian, version 0."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from portal.config.messages.catalogue import HEADER, Message

MAGIC = 0x950412DE
HEADER_BYTES = 28
CONTEXT_SEPARATOR = "\x04"


def mo_bytes(messages: Iterable[Message]) -> bytes:
    """The catalogue for gettext; untranslated and fuzzy messages are left out."""
    pairs = {b"": HEADER.encode()}
    for message in messages:
        if message.text and not message.is_fuzzy:
            pairs[_mo_key(message)] = message.text.encode()
    keys = sorted(pairs)
    first_text = HEADER_BYTES + len(keys) * 16
    key_table, key_block = _table(keys, first_text)
    text_table, text_block = _table([pairs[key] for key in keys], first_text + len(key_block))
    tables_end = HEADER_BYTES + len(keys) * 8
    header = struct.pack("<7I", MAGIC, 0, len(keys), HEADER_BYTES, tables_end, 0, first_text)
    return header + key_table + text_table + key_block + text_block


def _mo_key(message: Message) -> bytes:
    key = f"{message.context}{CONTEXT_SEPARATOR}" if message.context else ""
    key += message.msgid
    if message.plural:
        key += f"\x00{message.plural}"
    return key.encode()


def _table(texts: list[bytes], offset: int) -> tuple[bytes, bytes]:
    """A table of (length, offset) and the texts themselves, each ended by a zero byte."""
    table, block = b"", b""
    for text in texts:
        table += struct.pack("<2I", len(text), offset + len(block))
        block += text + b"\x00"
    return table, block
