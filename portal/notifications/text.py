"""What a message is made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Title and body as gettext message ids; ``link`` is a path of the portal.

    With ``has_stop_link`` the body also has %(stop)s, which stops the consent named in the values.
    """

    title: str
    body: str
    link: str = ""
    has_stop_link: bool = False

    @property
    def is_in_portal(self) -> bool:
        """Whether it may be kept for the portal: not where its link itself opens something."""
        return "%(token)s" not in self.link
