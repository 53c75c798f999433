"""What is wrong with a catalogue: missing, fuzzy, out of date, or with other placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from portal.config.messages.catalogue import Key, Message

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def problems(used: Mapping[Key, Message], catalogue: Mapping[Key, Message]) -> Iterator[str]:
    """One line for people about each problem; none when the catalogue is complete."""
    for key, message in sorted(used.items()):
        places = ", ".join(sorted(message.places))
        entry = catalogue.get(key)
        if entry is None or not entry.text:
            yield f"missing: {message.msgid!r} ({places})"
        elif entry.is_fuzzy:
            yield f"fuzzy: {message.msgid!r} ({places})"
        elif not _same_placeholders(message, entry.text):
            yield f"placeholders differ: {message.msgid!r} and {entry.text!r}"
    for key in sorted(set(catalogue) - set(used)):
        yield f"no longer used: {key[1]!r}"


def _same_placeholders(message: Message, text: str) -> bool:
    """A translation uses the placeholders of the singular or of the plural, no other."""
    used = set(_PLACEHOLDER.findall(text))
    forms = [message.msgid, message.plural] if message.plural else [message.msgid]
    return any(used == set(_PLACEHOLDER.findall(form)) for form in forms)
