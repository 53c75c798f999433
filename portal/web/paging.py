"""Pages of lists in the address: ``?after=`` says where the page before ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from portal.core.paging import Page, Place


def place_in(request: HttpRequest, name: str = "after") -> Place | None:
    """Where the address says that the last page ended; None for the first page."""
    return Place.read(request.GET.get(name, ""))


def id_in(request: HttpRequest, name: str = "after") -> UUID | None:
    """As ``place_in``, for a list that is not by time."""
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None


def page_links(request: HttpRequest, page: Page[Any], name: str = "after") -> dict[str, str]:
    """Addresses of the first page and of the next one for the pager; "" where there is none."""
    first = request.GET.copy()
    first.pop(name, None)
    following = first.copy()
    following[name] = str(page.after)
    return {
        "first": f"?{first.urlencode()}" if request.GET.get(name) else "",
        "next": f"?{following.urlencode()}" if page.after is not None else "",
    }
