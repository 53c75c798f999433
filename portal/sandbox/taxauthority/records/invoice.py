"""One invoice as the authority keeps it, and its one-line form inside a packet."""

from __future__ import annotations

from dataclasses import dataclass

FIELD_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Invoice:
    """Amounts in fen; ``issued_on`` is ``YYYY-MM-DD``; negative amounts are a red-letter invoice."""

    issued_on: str
    number: str
    counterparty: str
    net_fen: int
    vat_fen: int
    gross_fen: int
    is_void: bool

    def line(self) -> str:
        """Tab-separated; fields hold no control characters (checked when read)."""
        return invoice_line(
            self.issued_on,
            self.number,
            self.counterparty,
            self.net_fen,
            self.vat_fen,
            self.gross_fen,
            self.is_void,
        )

    @classmethod
    def from_line(cls, line: str) -> Invoice:
        issued_on, number, counterparty, net, vat, gross, void = line.split("\t")
        return cls(issued_on, number, counterparty, int(net), int(vat), int(gross), void == "1")


def invoice_line(
    issued_on: str,
    number: str,
    counterparty: str,
    net: int,
    vat: int,
    gross: int,
    is_void: bool,
) -> str:
    return f"{issued_on}\t{number}\t{counterparty}\t{net}\t{vat}\t{gross}\t{int(is_void)}"
