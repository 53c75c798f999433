"""Cutting records into pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from portal.sandbox.taxauthority.serving.holdings import Wire

PAGE_SIZE = 5_000


def pages(records: Iterator[Wire]) -> Iterator[bytes]:
    """JSON bytes of each page; at least one page, be it empty."""
    page = list(islice(records, PAGE_SIZE))
    while True:
        yield json.dumps({"records": page}, ensure_ascii=False, separators=(",", ":")).encode()
        page = list(islice(records, PAGE_SIZE))
        if not page:
            return
