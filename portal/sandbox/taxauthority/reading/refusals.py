"""What was refused on reading, and where it stands: file, row and column."""

from __future__ import annotations

from dataclasses import dataclass

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that was left out. ``row`` counts as a spreadsheet does: the heading is row 1."""

    file: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, column {self.column}: {self.reason} ({self.shown!r})"

    @property
    def shown(self) -> str:
        return self.value if len(self.value) <= _SHOWN else self.value[:_SHOWN] + "…"


class FileRefused(Exception):
    """A file that can't be read as what it claims to be; nothing of the run is stored."""

    def __init__(
        self,
        file: str,
        message: str,
        *,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        place = file
        if row is not None:
            place += f", row {row}"
        if column is not None:
            place += f", column {column}"
        super().__init__(f"{place}: {message}")


class TooManyRefusals(FileRefused):
    """So many rows are unusable that the file must be the wrong one; carries those found."""

    def __init__(self, file: str, refusals: list[Refusal]) -> None:
        first = refusals[0]
        super().__init__(
            file,
            f"{len(refusals)} rows are unusable, so this is hardly the right file; "
            f"the first: {first.reason} ({first.shown!r})",
            row=first.row,
            column=first.column,
        )
        self.refusals = refusals

    def __reduce__(self) -> tuple[type, tuple[str, list[Refusal]]]:
        return type(self), (self.args[0].split(", row ")[0], self.refusals)
