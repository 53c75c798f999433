"""One invoice as the authority keeps it, and its one-line form inside a packet."""

from __future__ import annotations

from dataclasses import dataclass

FIELD_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Invoice:
    """Amounts in fen; ``issued_on`` is ``YYYY-MM-DD``; a red-letter invoice has negative ones."""

    issued_on: str
    number: str
    counterparty: str
    net_fen: int
    vat_fen: int
    gross_fen: int
    is_void: bool

    def line(self) -> str:
        """Tab-separated; fields hold no control characters (checked when read)."""
        texts = (self.issued_on, self.number, self.counterparty)
        amounts = (self.net_fen, self.vat_fen, self.gross_fen)
        return "\t".join((*texts, *map(str, amounts), str(int(self.is_void))))

    @classmethod
    def from_line(cls, line: str) -> Invoice:
        issued_on, number, counterparty, net, vat, gross, void = line.split("\t")
        return cls(issued_on, number, counterparty, int(net), int(vat), int(gross), void == "1")
