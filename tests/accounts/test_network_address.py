"""Whose network address counts when proxies stand in front."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from portal.web.network import NetworkAddressMiddleware

PROXY = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "header", "counts"),
    [
        (0, "203.0.113.7", PROXY),  # anybody can write the header
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.9, 203.0.113.7", "203.0.113.7"),  # what stands left, the caller wrote
        (2, "198.51.100.9, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", PROXY),  # came past a proxy
        (1, "nonsense", PROXY),
        (1, "", PROXY),
    ],
)
def test_the_address_that_our_own_proxies_saw(
    settings: Settings, proxies: int, header: str, counts: str
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=PROXY, headers={"x-forwarded-for": header})
    seen: list[str] = []

    def respond(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    NetworkAddressMiddleware(respond)(request)
    assert seen == [counts]
