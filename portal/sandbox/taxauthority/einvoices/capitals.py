"""An amount in capitals, the way it is printed on the invoices of this authority."""

from __future__ import annotations

from itertools import groupby

_DIGITS = "零壹贰叁肆伍陆柒捌玖"


def in_capitals(amount_fen: int) -> str:
    """``10050`` → 壹佰圆零伍角: 整 where no fen follow. Below 10^12 yuan."""
    whole, fen = divmod(abs(amount_fen), 100)
    sign = "（负数）" if amount_fen < 0 else ""
    jiao, last = divmod(fen, 10)
    head = f"{_yuan(str(whole))}圆" if whole or not fen else ""
    if not fen:
        return f"{sign}{head}整"
    middle = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return f"{sign}{head}{middle}" + (f"{_DIGITS[last]}分" if last else "整")


def _yuan(digits: str) -> str:
    """A run of zeros is one 零; a group of four has its 万 or 亿 when anything is in it."""
    groups = [digits[max(end - 4, 0) : end] for end in range(len(digits), 0, -4)]
    said = [_group(group, "万亿"[power - 1] if power else "") for power, group in enumerate(groups)]
    text = "".join(reversed(said)).strip("零")
    return "".join("零" if char == "零" else "".join(run) for char, run in groupby(text)) or "零"


def _group(digits: str, unit: str) -> str:
    if not digits.strip("0"):
        return "零"
    padded = digits.zfill(4)
    units = ("仟", "佰", "拾", "")
    text = "".join(
        _DIGITS[int(digit)] + (place if digit != "0" else "")
        for digit, place in zip(padded, units, strict=True)
    )
    return text.rstrip("零") + unit
