"""Paths and bytes of the static form: C2SP tlog-tiles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ledger.format.subtrees import HEIGHT, WIDTH

_PART = 1000
_PREFIX = 2


class BundleRefused(ValueError):
    """Bytes that are no bundle of entries."""


@dataclass(frozen=True, slots=True)
class Tile:
    """``width`` nodes of ``level`` from ``index`` × 256 on."""

    level: int
    index: int
    width: int

    @property
    def path(self) -> str:
        """Where it lies below the log's address."""
        return f"tile/{self.level}/{_number(self.index, self.width)}"


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Where the entries of level-0 tile ``index`` lie."""
    return f"tile/entries/{_number(index, width)}"


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile of a tree of ``size``: of each level the full ones, then the partial one."""
    level = 0
    while nodes := size >> level * HEIGHT:
        yield from level_tiles(level, 0, nodes)
        level += 1


def level_tiles(level: int, first: int, nodes: int) -> Iterator[Tile]:
    """The tiles of one level with ``nodes`` nodes, from tile ``first`` on."""
    full, rest = divmod(nodes, WIDTH)
    for index in range(first, full):
        yield Tile(level, index, WIDTH)
    if rest:
        yield Tile(level, full, rest)


def write_bundle(bodies: Iterable[bytes]) -> bytes:
    """Each entry after its length in two bytes; refuses (`BundleRefused`) one too long."""
    try:
        return b"".join(len(body).to_bytes(_PREFIX) + body for body in bodies)
    except OverflowError as error:
        raise BundleRefused("An entry has more than 65,535 bytes.") from error


def read_bundle(data: bytes) -> list[bytes]:
    """The entries; refuses (`BundleRefused`) a bundle cut off within one."""
    bodies: list[bytes] = []
    place = 0
    while place < len(data):
        start = place + _PREFIX
        end = start + int.from_bytes(data[place:start])
        if start > len(data) or end > len(data):
            raise BundleRefused(f"Entry {len(bodies)} of the bundle is cut off.")
        bodies.append(data[start:end])
        place = end
    return bodies


def _number(index: int, width: int) -> str:
    parts = [f"{index % _PART:03d}"]
    while index := index // _PART:
        parts.append(f"x{index % _PART:03d}")
    path = "/".join(reversed(parts))
    return path if width == WIDTH else f"{path}.p/{width}"
