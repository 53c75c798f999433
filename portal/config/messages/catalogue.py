"""Message catalogues: the entries, and reading and writing the ``.po`` text form."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Key = tuple[str, str]
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Language: zh_Hans\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)


@dataclass
class Message:
    """One text: its context, the English, the plural English, and the translation."""

    msgid: str
    context: str = ""
    plural: str = ""
    text: str = ""
    is_fuzzy: bool = False
    places: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return self.context, self.msgid


def read_po(path: Path) -> dict[Key, Message]:
    """The messages of a ``.po`` file; a line that is none of the format's raises ValueError."""
    messages: dict[Key, Message] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        message = _parse_block(block, path)
        if message is not None and message.msgid:
            messages[message.key] = message
    return messages


def _parse_block(block: str, path: Path) -> Message | None:
    parts: dict[str, str] = {}
    comments: list[str] = []
    current = ""
    for line in block.strip().splitlines():
        if line.startswith("#"):
            comments.append(line)
        elif line.startswith('"'):
            parts[current] += _unquote(line, path)
        else:
            current, _, quoted = line.partition(" ")
            parts[current] = _unquote(quoted, path)
    if "msgid" not in parts:
        return None
    return Message(
        msgid=parts["msgid"],
        context=parts.get("msgctxt", ""),
        plural=parts.get("msgid_plural", ""),
        text=parts.get("msgstr", parts.get("msgstr[0]", "")),
        is_fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in comments),
        places={place for line in comments if line.startswith("#: ") for place in line[3:].split()},
    )


def _unquote(quoted: str, path: Path) -> str:
    if not quoted.startswith('"'):
        raise ValueError(f"{path}: not a line of a message catalogue: {quoted!r}")
    return str(ast.literal_eval(quoted))


def write_po(path: Path, messages: Iterable[Message]) -> None:
    """Write the catalogue sorted by text, so that a change shows as a small difference."""
    blocks = ["\n".join(['msgid ""', *_quoted("msgstr", HEADER)])]
    blocks += ["\n".join(_lines(message)) for message in sorted(messages, key=lambda m: m.key)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _lines(message: Message) -> Iterator[str]:
    yield from (f"#: {place}" for place in sorted(message.places))
    if message.is_fuzzy:
        yield "#, fuzzy"
    if message.context:
        yield from _quoted("msgctxt", message.context)
    yield from _quoted("msgid", message.msgid)
    if message.plural:
        yield from _quoted("msgid_plural", message.plural)
    yield from _quoted("msgstr[0]" if message.plural else "msgstr", message.text)


def _quoted(keyword: str, text: str) -> Iterator[str]:
    pieces = text.splitlines(keepends=True) or [""]
    if len(pieces) > 1:
        pieces.insert(0, "")
    for number, piece in enumerate(pieces):
        escaped = piece.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        yield f'{keyword} "{escaped}"' if number == 0 else f'"{escaped}"'
