"""A browser without a screen: cookies per host, redirects across origins, forms filled by name."""

from __future__ import annotations

import http.client
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from portal.sandbox.journey.pages import Form, Page, read_page

MAX_REDIRECTS = 12
TIMEOUT = 30


class Unexpected(Exception):
    """A page answered other than the journey needs; the message says which and with what."""


class Browser:
    """One person's browser. ``*.localhost`` is looked up as browsers do: this machine."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.cookies: dict[str, dict[str, str]] = {}
        self.page = Page("", 0, "")

    def open(self, url: str) -> Page:
        """GET an address (relative ones against the present page) and follow redirects."""
        return self._request("GET", urljoin(self.page.url, url), "")

    def visit(self, url: str, *, status: int = 200) -> Page:
        """Open an address that must answer with this status; Unexpected otherwise."""
        self.open(url)
        return self.expect(status)

    def submit(
        self, fields: dict[str, str | list[str]], *, having: str = "", press: str = ""
    ) -> Page:
        """Fill the form that has the field ``having`` (or the first of ``fields``) and send it.

        ``press`` names the button by name, value or words. Unknown field names are refused, so
        that a changed page breaks the journey loudly.
        """
        form = self._form(having or next(iter(fields)), press)
        unknown = set(fields) - set(form.values) - set(form.choices)
        if unknown:
            raise Unexpected(f"{self.page.url}: no field {sorted(unknown)} in the form")
        data = {name: values for name, values in form.values.items() if name}
        data |= {name: [v] if isinstance(v, str) else v for name, v in fields.items()}
        pressed = next((b for b in form.buttons if press in b), None) if press else None
        if press and pressed is None:
            raise Unexpected(f"{self.page.url}: no button {press!r} among {form.buttons}")
        if pressed and pressed[0]:
            data[pressed[0]] = [pressed[1]]
        body = urlencode(data, doseq=True)
        target = urljoin(self.page.url, form.action or self.page.url)
        if form.method == "get":
            return self._request("GET", f"{target.partition('?')[0]}?{body}", "")
        return self._request("POST", target, body)

    def post(self, url: str, fields: dict[str, str]) -> Page:
        """Send exactly these fields to an address of the present page."""
        return self._request("POST", urljoin(self.page.url, url), urlencode(fields))

    def _form(self, name: str, press: str) -> Form:
        """The form with that field, and with that button where one is to be pressed."""
        for form in self.page.forms:
            has_field = name in form.values or name in form.choices
            if has_field and (not press or any(press in button for button in form.buttons)):
                return form
        return self.page.form_with(name)

    def expect(self, status: int = 200, *, at: str = "") -> Page:
        """The present page, if it has this status and its path contains ``at``."""
        if self.page.status != status or at not in urlsplit(self.page.url).path:
            raise Unexpected(
                f"wanted {status} at {at or 'any path'}, got {self.page.status} at "
                f"{self.page.url}: {self.page.text[:600]}"
            )
        return self.page

    def _request(self, method: str, url: str, body: str) -> Page:
        origin = self.page.url
        for _ in range(MAX_REDIRECTS):
            status, headers, html = self._exchange(method, url, body, referer=origin)
            if status not in {301, 302, 303, 307, 308}:
                self.page = read_page(url, status, html)
                return self.page
            if status not in {307, 308}:
                method, body = "GET", ""
            origin, url = url, urljoin(url, headers["Location"])
        raise Unexpected(f"more than {MAX_REDIRECTS} redirects, the last to {url}")

    def _exchange(
        self, method: str, url: str, body: str, *, referer: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        parts = urlsplit(url)
        host = parts.hostname or ""
        reached = "127.0.0.1" if host.endswith("localhost") else host
        connection = http.client.HTTPConnection(reached, parts.port or 80, timeout=TIMEOUT)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(
                method, path, body or None, self._headers(parts.netloc, referer, body)
            )
            response = connection.getresponse()
            self._keep_cookies(host, response.headers)
            html = response.read().decode("utf-8", "replace")
            return response.status, response.headers, html
        finally:
            connection.close()

    def _headers(self, netloc: str, referer: str, body: str) -> dict[str, str]:
        jar = self.cookies.get(netloc.partition(":")[0], {})
        headers = {
            "Host": netloc,
            "Accept-Language": self.language,
            "Cookie": "; ".join(f"{name}={value}" for name, value in jar.items()),
        }
        if referer:
            headers["Referer"] = referer
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            parts = urlsplit(referer)
            headers["Origin"] = f"{parts.scheme}://{parts.netloc}"
        return headers

    def _keep_cookies(self, host: str, headers: http.client.HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies.setdefault(host, {})[name] = morsel.value
