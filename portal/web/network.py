"""The client's own network address when reverse proxies stand in front of the portal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class NetworkAddressMiddleware:
    """``REMOTE_ADDR`` becomes what the outermost of our ``settings.PROXIES`` proxies saw.

    Each of them appends its caller to X-Forwarded-For; what stands further left came from the
    caller itself, who may write there what it likes. Without proxies the header counts nothing.
    """

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        if 0 < settings.PROXIES <= len(seen):
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(seen[-settings.PROXIES].strip()))
        return self.respond(request)
