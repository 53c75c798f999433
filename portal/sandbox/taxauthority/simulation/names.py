"""Invented names: every firm's has "Demo" (演示) in it, every person's has "Demo" too."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox.taxauthority.records.kinds import Role

_PLACES = (
    ("Cedar", "雪松"),
    ("Birch", "白桦"),
    ("Willow", "垂柳"),
    ("Maple", "红枫"),
    ("Juniper", "刺柏"),
    ("Bamboo", "翠竹"),
    ("Lotus", "荷叶"),
    ("Osmanthus", "桂花"),
)
_TRADES = (
    ("Tooling", "工具"),
    ("Textiles", "纺织"),
    ("Foods", "食品"),
    ("Printing", "印刷"),
    ("Logistics", "物流"),
    ("Fittings", "五金"),
    ("Software", "软件"),
)
# Sections of GB/T 4754, by trade.
_INDUSTRIES = "CCCCGFI"
_GIVEN = ("Ada", "Bao", "Chen", "Dora", "Emil", "Fang", "Gus", "Hana", "Ivo", "Jun", "Kai", "Lena")


@dataclass(frozen=True, slots=True)
class Account:
    """A person's sign-in at the authority and role in the firm."""

    login: str
    name: str
    role: Role


def firm_names(index: int) -> tuple[str, str]:
    """English and Chinese name of the ``index``-th firm (from 1)."""
    place, place_zh = _PLACES[(index - 1) % len(_PLACES)]
    trade, trade_zh = _TRADES[(index - 1) % len(_TRADES)]
    return f"{place} Demo {trade} {index}", f"{place_zh}演示{trade_zh}{index}号"


def industry_of(index: int) -> str:
    """The section of GB/T 4754 that fits the ``index``-th firm's trade."""
    return _INDUSTRIES[(index - 1) % len(_TRADES)]


def accounts(index: int) -> list[Account]:
    """Who can sign in for the ``index``-th firm. The first two are the demonstration's own."""
    if index == 1:
        return [
            Account("sara", "Sara Demo", Role.LEGAL_REPRESENTATIVE),
            Account("sam", "Sam Demo", Role.CLERK),
        ]
    if index == 2:
        return [Account("mallory", "Mallory Demo", Role.LEGAL_REPRESENTATIVE)]
    found = [Account(f"owner{index}", _person(index, 0), Role.LEGAL_REPRESENTATIVE)]
    if index % 3 == 0:
        found.append(Account(f"finance{index}", _person(index, 5), Role.FINANCE_OFFICER))
    if index % 4 == 0:
        found.append(Account(f"clerk{index}", _person(index, 9), Role.CLERK))
    return found


def _person(index: int, step: int) -> str:
    return f"{_GIVEN[(index + step) % len(_GIVEN)]} Demo {index}"
