"""Finding every text for people in Python modules and templates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

from portal.config.messages.catalogue import Key, Message

PYTHON_ROOTS = ("portal", "scoring", "ledger")
TEMPLATE_FOLDERS = ("templates/**/*", "portal/**/templates/**/*")
PLAIN = {"gettext", "gettext_lazy", "gettext_noop", "_", "N_"}
PLURAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURAL_WITH_CONTEXT = {"npgettext", "npgettext_lazy"}
_CALL = re.compile(r"(?:\bn?p?gettext|(?<![\w.])_)\(")


def collect(root: Path) -> dict[Key, Message]:
    """Every message of the project at ``root``, with the files that use it."""
    found: dict[Key, Message] = {}
    for place, message in _all_messages(root):
        kept = found.setdefault(message.key, message)
        kept.plural = kept.plural or message.plural
        kept.places.add(place)
    return found


def _all_messages(root: Path) -> Iterator[tuple[str, Message]]:
    for folder in PYTHON_ROOTS:
        for path in sorted((root / folder).rglob("*.py")):
            for message in in_python(path.read_text(encoding="utf-8")):
                yield path.relative_to(root).as_posix(), message
    for path in sorted(path for folder in TEMPLATE_FOLDERS for path in root.glob(folder)):
        if path.suffix in {".html", ".txt"}:
            for message in in_template(path.read_text(encoding="utf-8")):
                yield path.relative_to(root).as_posix(), message


def in_python(source: str) -> Iterator[Message]:
    """Messages of one module: calls of the gettext family on constant strings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            message = _from_call(node)
            if message is not None:
                yield message


def in_template(source: str) -> Iterator[Message]:
    """Messages of one template: ``translate``, ``blocktranslate`` and ``_("…")``."""
    flattened = templatize(source)
    for start in _CALL.finditer(flattened):
        call = _parse_call(flattened, start.start())
        message = _from_call(call) if call is not None else None
        if message is not None:
            yield message


def _parse_call(text: str, start: int) -> ast.Call | None:
    """The shortest piece from ``start`` that reads as a Python call."""
    for end in re.finditer(r"\)", text[start:]):
        try:
            parsed = ast.parse(text[start : start + end.end()], mode="eval").body
        except SyntaxError:
            continue
        return parsed if isinstance(parsed, ast.Call) else None
    return None


def _from_call(call: ast.Call) -> Message | None:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    texts = []
    for argument in call.args:
        if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
            break
        texts.append(argument.value)
    return _from_texts(name, texts)


def _from_texts(name: str, texts: list[str]) -> Message | None:
    if name in PLAIN and texts:
        return Message(texts[0])
    if name in PLURAL and len(texts) >= 2:
        return Message(texts[0], plural=texts[1])
    if name in WITH_CONTEXT and len(texts) >= 2:
        return Message(texts[1], context=texts[0])
    if name in PLURAL_WITH_CONTEXT and len(texts) >= 3:
        return Message(texts[1], context=texts[0], plural=texts[2])
    return None
