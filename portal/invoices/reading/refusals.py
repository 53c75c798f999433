"""Why a file is not an invoice that can be read."""

from __future__ import annotations


class Unreadable(ValueError):
    """``code`` says what is wrong (`portal.invoices.codes`), ``place`` where: a path of elements,
    or a line of the file while no element is known.
    """

    def __init__(self, code: str, place: str) -> None:
        super().__init__(f"{code} at {place}")
        self.code, self.place = code, place
