"""Where a text stops being a receipt: the line, and what should stand there."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from ledger.format.tlog_proof import HEADER

_HASH = re.compile(r"[A-Za-z0-9+/]{43}=")
_INDEX = re.compile(r"index [0-9]+")


def place_of_flaw(text: str) -> str:
    """The first line that isn't as in a receipt; "" where every line looks like one."""
    lines = text.split("\n")
    if lines[0] != HEADER:
        return _flaw_of_header(lines[0])
    index = 2 if lines[1:] and lines[1].startswith("extra ") else 1
    if len(lines) <= index or not _INDEX.fullmatch(lines[index]):
        return _("Line %(line)s should be the entry's number, such as: index 48213") % {
            "line": index + 1
        }
    if "" not in lines[index:]:
        return _("The empty line before the signed state is missing.")
    gap = lines.index("", index)
    for number in range(index + 1, gap):
        if not _HASH.fullmatch(lines[number]):
            return _("Line %(line)s should be a hash of 44 signs.") % {"line": number + 1}
    if lines[gap + 4 : gap + 5] != [""]:
        return _("From line %(line)s on: the signed state has three lines and an empty one.") % {
            "line": gap + 2
        }
    return ""


def _flaw_of_header(line: str) -> str:
    if line.strip("\ufeff\r") != HEADER:
        return _("Line 1 should read: %(header)s") % {"header": HEADER}
    return _(
        "Another program saved this file anew, with signs that don't show (a byte order mark, or "
        "line ends of Windows). Download the receipt again, or paste its text below."
    )
