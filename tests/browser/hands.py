"""Two ways to use a page, by the roles and names of its parts: a mouse, or the keyboard alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

from playwright.sync_api import Locator, Page, expect

Pressed = Literal["button", "link"]
Chosen = Literal["radio", "checkbox"]

MOST_TABS = 80
PATIENCE_MS = 15_000

# Where the focus is: on the wanted element, beside it in its group, and whether it can be seen.
FOCUS = """wanted => {
    const at = document.activeElement, style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    const onScreen = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
    return {
        wanted: at === wanted,
        inGroup: at.type === "radio" && at.name === wanted.name,
        shown: at === document.body || (ringed && onScreen),
        text: `${at.tagName} ${at.name ?? ""} ${at.textContent.trim().slice(0, 40)}`,
    };
}"""


class Hands(ABC):
    """What a person does on one page; ``presses`` counts buttons, links and choices."""

    def __init__(self, page: Page) -> None:
        page.set_default_timeout(PATIENCE_MS)
        self.page = page
        self.presses = 0

    def press(self, role: Pressed, name: str) -> None:
        """Press the button, or follow the link, of exactly this name."""
        self.presses += 1
        self._press(self._main.get_by_role(role, name=name, exact=True))

    def choose(self, role: Chosen, name: str) -> None:
        """Choose one of several answers by its words."""
        self.presses += 1
        self._choose(self._main.get_by_role(role, name=name, exact=True))

    def write(self, label: str, text: str) -> None:
        """Fill the field of exactly this label."""
        self._write(self.page.get_by_label(label, exact=True), text)

    def unfold(self, words: str) -> None:
        """Open the details that fold under these words."""
        self._press(self.page.locator("summary").and_(self.page.get_by_text(words, exact=True)))

    def sees(self, heading: str, *, patience_ms: int = PATIENCE_MS) -> None:
        """Wait for the page of this heading."""
        wanted = self.page.get_by_role("heading", name=heading, exact=True)
        expect(wanted).to_be_visible(timeout=patience_ms)

    def finds(self, role: Pressed, name: str) -> None:
        """Wait for the button, or link, of exactly this name."""
        expect(self._main.get_by_role(role, name=name, exact=True)).to_be_visible(
            timeout=PATIENCE_MS
        )

    def reads(self, words: str, *, patience_ms: int = PATIENCE_MS) -> None:
        """Wait for these words, somewhere in the main part of the page."""
        expect(self._main).to_contain_text(words, timeout=patience_ms, use_inner_text=True)

    @property
    def _main(self) -> Locator:
        return self.page.get_by_role("main")

    @abstractmethod
    def _press(self, wanted: Locator) -> None: ...

    @abstractmethod
    def _choose(self, wanted: Locator) -> None: ...

    @abstractmethod
    def _write(self, wanted: Locator, text: str) -> None: ...


class Mouse(Hands):
    """Points and clicks."""

    def _press(self, wanted: Locator) -> None:
        wanted.click()

    def _choose(self, wanted: Locator) -> None:
        wanted.check()

    def _write(self, wanted: Locator, text: str) -> None:
        wanted.fill(text)


class Keyboard(Hands):
    """Has no mouse: Tab to everything, Enter and Space to press, arrows within a group.

    Fails at an element that Tab doesn't reach, and at any stop on the way that shows no focus.
    """

    def _press(self, wanted: Locator) -> None:
        self._reach(wanted, "wanted")
        self.page.keyboard.press("Enter")

    def _choose(self, wanted: Locator) -> None:
        if wanted.get_attribute("type") == "radio":
            self._reach(wanted, "inGroup")
            self._reach(wanted, "wanted", by="ArrowDown")
        else:
            self._reach(wanted, "wanted")
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        expect(wanted).to_be_checked()

    def _write(self, wanted: Locator, text: str) -> None:
        self._reach(wanted, "wanted")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _reach(self, wanted: Locator, until: str, *, by: str = "Tab") -> None:
        for _ in range(MOST_TABS):
            focus = wanted.evaluate(FOCUS)
            assert focus["shown"], f"no visible focus on {focus['text']} at {self.page.url}"
            if focus[until]:
                return
            self.page.keyboard.press(by)
        raise AssertionError(f"{by} does not reach {wanted} at {self.page.url}")
