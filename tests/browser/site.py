"""A real Chromium against the real portal: the site in a thread, pages watched for complaints."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    sync_playwright,
)

from portal.core.actor import Actor
from tests.personas import People, signed_in_client

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-auto-reload",  # of a page that can't be reached: it would cut off the next visit
)
NO_CHROMIUM = (
    "No Chromium found. Install one (Debian, Ubuntu: apt-get install chromium fonts-noto-cjk), "
    "or name one in TAXBRIDGE_CHROMIUM; then these tests run."
)


@dataclass
class Watched:
    """A page, and what it complained of: console errors and requests to other hosts.

    ``also`` are hosts that the page's person is sent to on purpose.
    """

    page: Page
    host: str
    also: frozenset[str] = frozenset()
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", self._page_error)
        self.page.on("request", self._request)

    def let_go(self) -> Page:
        """Listen no more, and leave the page as one just opened."""
        self.page.remove_listener("console", self._console)
        self.page.remove_listener("pageerror", self._page_error)
        self.page.remove_listener("request", self._request)
        self.page.goto("about:blank")
        return self.page

    def keep_picture(self, name: str) -> None:
        """Save the page as it looks into the folder TAXBRIDGE_SCREENSHOTS, when there is one."""
        if folder := os.environ.get("TAXBRIDGE_SCREENSHOTS"):
            self.page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _page_error(self, error: Error) -> None:
        self.complaints.append(f"script: {error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.netloc not in {self.host, *self.also}:
            self.complaints.append(f"request to {request.url}")


class Threaded(ThreadingMixIn, WSGIServer):
    """One thread a request, as Chromium opens several connections at once."""

    daemon_threads = True

    def process_request_thread(self, *args: Any) -> None:
        """Leave no connection to the database behind in a thread that ends."""
        try:
            super().process_request_thread(*args)
        finally:
            connections.close_all()


class Quiet(WSGIRequestHandler):
    """No line on the console for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the parent's name
        del format, args


@pytest.fixture(scope="session")
def chromium(django_db_setup: None) -> Iterator[Browser]:
    """The machine's Chromium; skips, saying how to get one."""
    asked = os.environ.get("TAXBRIDGE_CHROMIUM")
    found = asked or next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(NO_CHROMIUM)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread; Django would take it for async code.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(django_db_setup: None) -> Iterator[str]:
    """The portal's address: the whole application on this worker's database."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    application = StaticFilesHandler(WSGIHandler())
    server = make_server("127.0.0.1", 0, application, server_class=Threaded, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://portal.localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@cache
def portal_session(person: Actor) -> str:
    """The portal session of a person, signed in once a worker."""
    return signed_in_client(person).cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture(scope="session")
def idle_pages() -> list[Page]:
    """Opened before and used by nobody: a page that has its script and style costs half."""
    return []


@pytest.fixture
def opened(
    chromium: Browser, site: str, people: People, idle_pages: list[Page]
) -> Iterator[Callable[..., Watched]]:
    """Opens a page as a persona (or nobody), in a language, at a width."""
    in_use: list[Watched] = []

    def open_page(path: str, *, who: str | None, language: str, width: int = 1280) -> Watched:
        page = idle_pages.pop() if idle_pages else chromium.new_context().new_page()
        page.set_viewport_size({"width": width, "height": 900})
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if who is not None:
            cookies[settings.SESSION_COOKIE_NAME] = portal_session(getattr(people, who))
        page.context.clear_cookies()
        page.context.add_cookies([{"name": n, "value": v, "url": site} for n, v in cookies.items()])
        in_use.append(Watched(page, urlsplit(site).netloc))
        page.goto(site + path)
        return in_use[-1]

    yield open_page
    idle_pages.extend(watched.let_go() for watched in in_use)
