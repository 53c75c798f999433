"""Tables to take along, as spreadsheets read them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from django.http import StreamingHttpResponse

_BOM = "\ufeff"  # without it some spreadsheets take UTF-8 for something else
# What a spreadsheet may compute instead of show, wherever the text came from.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")


def csv_response(name: str, tables: Iterable[Iterable[Sequence[str]]]) -> StreamingHttpResponse:
    """A download of all rows; each of ``tables`` is made and sent before the next is asked for."""
    response = StreamingHttpResponse(_texts(tables), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def shown_cell(text: str) -> str:
    """The text, with an apostrophe before what would count as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _texts(tables: Iterable[Iterable[Sequence[str]]]) -> Iterator[str]:
    yield _BOM
    for rows in tables:
        into = StringIO()
        csv.writer(into).writerows([shown_cell(cell) for cell in row] for row in rows)
        yield into.getvalue()
