"""Pages of lists in the address: ``?after=`` says where the page before ended."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.core.paging import Page, Place


def place_in(request: HttpRequest, name: str = "after") -> Place | None:
    """Where the address says that the last page ended; None for the first page."""
    return Place.read(request.GET.get(name, ""))


def page_links(request: HttpRequest, page: Page[Any], name: str = "after") -> dict[str, str]:
    """Addresses of the first page and of the next one for the pager; "" where there is none."""
    first = request.GET.copy()
    first.pop(name, None)
    following = first.copy()
    following[name] = str(page.after)
    return {
        "first": f"?{first.urlencode()}" if place_in(request, name) is not None else "",
        "next": f"?{following.urlencode()}" if page.after is not None else "",
    }
