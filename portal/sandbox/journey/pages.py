"""Reading a page as a person does: headings, forms, links, error summaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Form:
    """A form with its present values, and the buttons that can send it."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What a reader sees of one page."""

    url: str
    status: int
    html: str
    forms: list[Form] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    text: str = ""

    def form_with(self, name: str) -> Form:
        """The form that has a field of that name; LookupError says what the page shows instead."""
        for form in self.forms:
            if name in form.values or name in form.choices:
                return form
        raise LookupError(f"{self.url} ({self.status}) has no field {name!r}: {self.text[:400]}")

    def link_to(self, part: str) -> str:
        """The first link whose address or words contain ``part``; LookupError otherwise."""
        for href, words in self.links:
            if part in href or part in words:
                return href
        raise LookupError(f"{self.url} has no link with {part!r}")


def read_page(url: str, status: int, html: str) -> Page:
    """Parse what the server sent."""
    page = Page(url, status, html)
    reader = _Reader(page)
    reader.feed(html)
    page.text = " ".join(" ".join(reader.words).split())
    return page


class _Reader(HTMLParser):
    """Collects forms, links and words in one pass."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.words: list[str] = []
        self.form: Form | None = None
        self.collecting: list[tuple[str, list[str]]] = []
        self.href = ""
        self.button: tuple[str, str] = ("", "")
        self.select = ""
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag in {"script", "style", "title"}:
            self.hidden += 1
        elif tag == "form":
            self.form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.page.forms.append(self.form)
        elif tag in {"a", "h1", "h2", "button", "textarea"}:
            self._open(tag, given)
        elif tag in {"input", "select", "option"} and self.form is not None:
            self._control(self.form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"script", "style", "title"}:
            self.hidden -= 1
        elif tag == "form":
            self.form = None
        elif self.collecting and self.collecting[-1][0] == tag:
            self._close(*self.collecting.pop())

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)
            for _, words in self.collecting:
                words.append(data)

    def _open(self, tag: str, given: dict[str, str]) -> None:
        self.collecting.append((tag, []))
        if tag == "a":
            self.href = given.get("href", "")
        else:
            self.button = (given.get("name", ""), given.get("value", ""))

    def _close(self, tag: str, words: list[str]) -> None:
        text = " ".join("".join(words).split())
        if tag == "a":
            self.page.links.append((self.href, text))
        elif tag in {"h1", "h2"}:
            self.page.headings.append(text)
        elif self.form is not None and tag == "button":
            self.form.buttons.append((*self.button, text))
        elif self.form is not None and tag == "textarea":
            self.form.values[self.button[0]] = ["".join(words).strip()]

    def _control(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self.select = name
            form.values.setdefault(name, [])
        elif tag == "option":
            form.choices.setdefault(self.select, []).append(value)
            if "selected" in given:
                form.values[self.select] = [value]
        elif given.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(value or "on")
            if "checked" in given:
                form.values.setdefault(name, []).append(value or "on")
        elif given.get("type") == "submit":
            form.buttons.append((name, value, value))
        elif name:
            form.values[name] = [value]
