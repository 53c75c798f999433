"""Money: integer fen in code and storage, yuan on pages."""

from __future__ import annotations

import re

_YUAN = re.compile(r"(-?)([0-9]{1,3}(?:,?[0-9]{3})*|[0-9]+)(?:\.([0-9]{1,2}))?")


def yuan(amount_fen: int) -> str:
    """``150000000`` → ``1,500,000``; fen are shown only when there are any."""
    sign = "-" if amount_fen < 0 else ""
    whole, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}" + (f".{fen:02d}" if fen else "")


def parse_yuan(text: str) -> int:
    """Fen from ``1,234.50``, ``¥1234`` or ``1234.5``; anything else raises ValueError."""
    cleaned = text.strip().removeprefix("¥").removeprefix("￥").strip().replace("，", ",")
    found = _YUAN.fullmatch(cleaned)
    if found is None or not cleaned.isascii():
        raise ValueError(f"not an amount in yuan: {text!r}")
    fen = int(found[2].replace(",", "")) * 100 + int((found[3] or "0").ljust(2, "0"))
    return -fen if found[1] else fen
