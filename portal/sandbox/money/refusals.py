"""How a mover of money says no."""

from __future__ import annotations


class OrderRefused(Exception):
    """No order at all, or another one under the same id; nothing was carried out."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Failed(Exception):
    """The order can't be carried out; that is its answer for ever."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
