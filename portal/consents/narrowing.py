"""What narrows a list of consents or requests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A purpose, and a piece of the other side's name, or of a firm's code; "" asks for any."""

    purpose: str = ""
    text: str = ""


def narrowed(other: str, subject: str, wanted: Wanted) -> tuple[str, list[object]]:
    """Conditions to add, with their values, on the rows ``subject`` and its other side, ``other``.

    A bank (``b``) has no code, so it is sought by name alone; a firm (``f``) by its code too.
    """
    where, values = "", list[object]()
    if wanted.purpose:
        where, values = f" AND {subject}.purpose = %s", [wanted.purpose]
    if wanted.text:
        sought = [f"{other}.name", f"{other}.name_zh", *(["f.uscc"] if other == "f" else [])]
        found = " OR ".join(f"strpos(lower({column}), lower(%s)) > 0" for column in sought)
        where, values = f"{where} AND ({found})", [*values, *[wanted.text] * len(sought)]
    return where, values
