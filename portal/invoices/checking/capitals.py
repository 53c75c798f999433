"""An amount in capitals (大写), in any of the customary spellings."""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("仟", "佰", "拾", "")
_GROUPS: Final = ("", "万", "亿", "万亿")
_RED: Final = ("（负数）", "(负数)", "负")


def says(capitals: str, amount_fen: int) -> bool:
    """Whether the words say this amount, which is not zero.

    Every digit but 零 is followed by its place, so where zeros are spoken doesn't matter, nor 圆 or
    元, nor 整 or 正 at the end.
    """
    sign = next((mark for mark in _RED if capitals.startswith(mark)), "")
    words = capitals.removeprefix(sign).replace("元", "圆").replace("零", "")
    if words.endswith(("整", "正")):
        words = words[:-1]
    return bool(sign) == (amount_fen < 0) and words == _unspoken_zeros(abs(amount_fen))


def _unspoken_zeros(amount_fen: int) -> str:
    whole, fen = divmod(amount_fen, 100)
    text = f"{_whole(whole)}圆" if whole else ""
    for digit, unit in ((fen // 10, "角"), (fen % 10, "分")):
        text += f"{_DIGITS[digit]}{unit}" if digit else ""
    return text


def _whole(number: int) -> str:
    text = ""
    for unit in _GROUPS:
        number, group = divmod(number, 10_000)
        places = zip(f"{group:04d}", _PLACES, strict=True)
        said = "".join(_DIGITS[int(digit)] + place for digit, place in places if digit != "0")
        text = (said + unit if said else "") + text
    return text
