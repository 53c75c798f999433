"""Tables and figures of the model card."""

from collections.abc import Iterator, Mapping, Sequence

PPM = 1_000_000


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"


def percent(ppm: int, digits: int = 2) -> str:
    """Parts per million as a percentage."""
    return f"{ppm * 100 / PPM:.{digits}f} %"


def decimal(ppm: int) -> str:
    """Parts per million as a fraction of one."""
    return f"{ppm / PPM:.3f}"


def with_interval(found: Mapping[str, int]) -> str:
    """A value with its interval."""
    return f"{decimal(found['value'])} ({decimal(found['low'])} to {decimal(found['high'])})"


def with_spread(found: Mapping[str, int]) -> str:
    """A mean with its standard deviation."""
    return f"{decimal(found['mean'])} ± {decimal(found['standard_deviation'])}"
