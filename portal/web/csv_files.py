"""Tables to take along, as spreadsheets read them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from django.http import StreamingHttpResponse

from portal.core.spreadsheets import BOM, shown_cell


def csv_response(name: str, tables: Iterable[Iterable[Sequence[str]]]) -> StreamingHttpResponse:
    """A download of all rows; each of ``tables`` is made and sent before the next is asked for."""
    response = StreamingHttpResponse(_texts(tables), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _texts(tables: Iterable[Iterable[Sequence[str]]]) -> Iterator[str]:
    yield BOM
    for rows in tables:
        into = StringIO()
        csv.writer(into).writerows([shown_cell(cell) for cell in row] for row in rows)
        yield into.getvalue()
