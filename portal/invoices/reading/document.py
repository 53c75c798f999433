"""The one parse of an uploaded file: plain nested elements with text, and nothing else of XML.

Whatever could make two readers see two documents is refused, not interpreted: a document type (and
with it every entity), comments, processing instructions, CDATA, attributes, namespaces, text beside
elements. What remains is read once; values and signature are taken from the same tree.
"""

from __future__ import annotations

from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import ExpatError, ParserCreate

from portal.invoices.reading.refusals import Unreadable

LARGEST_FILE: Final = 128 * 1024
DEEPEST: Final = 6
MOST_ELEMENTS: Final = 4000


def read_document(data: bytes) -> Element:
    """The root element; refuses (Unreadable) whatever is not plain nested elements.

    Codes: too_large, not_utf8, not_xml, doctype, comment, instruction, cdata, attribute, namespace,
    too_deep, too_many, mixed_text.
    """
    if len(data) > LARGEST_FILE:
        raise Unreadable("too_large", "1")
    try:
        data.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise Unreadable("not_utf8", "1") from error
    return _Reading().root_of(data)


class _Reading:
    def __init__(self) -> None:
        self._tree = TreeBuilder()
        self._path: list[str] = []
        self._has_children: list[bool] = []
        self._text: list[bool] = []
        self._elements = 0
        # The stated encoding doesn't count; one that is not UTF-8 is refused.
        self._parser = ParserCreate(encoding="utf-8")
        self._parser.buffer_text = True
        handlers = {
            "XmlDeclHandler": self._declared,
            "StartElementHandler": self._started,
            "EndElementHandler": self._ended,
            "CharacterDataHandler": self._read_text,
            "StartDoctypeDeclHandler": self._refuses("doctype"),
            "EntityDeclHandler": self._refuses("doctype"),
            "CommentHandler": self._refuses("comment"),
            "ProcessingInstructionHandler": self._refuses("instruction"),
            "StartCdataSectionHandler": self._refuses("cdata"),
        }
        for name, handler in handlers.items():
            setattr(self._parser, name, handler)

    def root_of(self, data: bytes) -> Element:
        try:
            self._parser.Parse(data, True)
        except ExpatError as error:
            raise Unreadable("not_xml", str(error.lineno)) from error
        return self._tree.close()

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() != "utf-8":
            self._refuse("not_utf8")

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        self._elements += 1
        if ":" in name or any(key.startswith("xmlns") for key in attributes):
            self._refuse("namespace")
        if attributes:
            self._refuse("attribute")
        if len(self._path) > DEEPEST:
            self._refuse("too_deep")
        if self._elements > MOST_ELEMENTS:
            self._refuse("too_many")
        if self._has_children:
            self._has_children[-1] = True
        self._has_children.append(False)
        self._text.append(False)
        self._tree.start(name, {})

    def _read_text(self, text: str) -> None:
        if text.strip():
            self._text[-1] = True
        self._tree.data(text)

    def _ended(self, name: str) -> None:
        has_children, has_text = self._has_children.pop(), self._text.pop()
        if has_children and has_text:
            self._refuse("mixed_text")
        self._tree.end(name)
        self._path.pop()

    def _refuses(self, code: str) -> Any:
        def refuse(*_details: object) -> NoReturn:
            self._refuse(code)

        return refuse

    def _refuse(self, code: str) -> NoReturn:
        raise Unreadable(code, "/".join(self._path) or str(self._parser.CurrentLineNumber))
