"""How the shipped card scores firms of one size and another, on firms that it was not fitted on."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from scoring.engine.assess import Assessment, assess
from scoring.engine.firm_size import FirmSize, size_of
from scoring.engine.model import BANDS, Model
from scoring.engine.small_cells import LEAST
from scoring.engine.window import window_of
from scoring.training.dataset import Firm

LEAST_BAND = "C"
Line = dict[str, int]


def sizes_of(firms: Iterable[Firm], *, as_of: str, model: Model) -> dict[str, Any]:
    """Per size: firms with a score, how many are in bands A to C, the sum of scores; and refused.

    A class of fewer than five firms is counted with the one before it, so that no firm's score is
    kept. Firms without any sales by then are left out.
    """
    found: dict[str, Line] = defaultdict(
        lambda: {"scored": 0, "upper_bands": 0, "score_sum": 0, "refused": 0}
    )
    for firm in firms:
        window = window_of(firm.summaries, as_of)
        if not any(window.has_sales):
            continue
        line = found[size_of(window).value]
        answer = assess(firm.summaries, as_of=as_of, model=model)
        if isinstance(answer, Assessment):
            line["scored"] += 1
            line["score_sum"] += answer.score
            line["upper_bands"] += BANDS.index(answer.band) <= BANDS.index(LEAST_BAND)
        else:
            line["refused"] += 1
    return {"as_of": as_of, "model_sha256": model.sha256, "sizes": _joined(found)}


def _joined(found: Mapping[str, Line]) -> dict[str, Line]:
    sizes: dict[str, Line] = {}
    for size in (size.value for size in FirmSize if size.value in found):
        name, line = size, found[size]
        if sizes and line["scored"] + line["refused"] < LEAST:
            before, joined = sizes.popitem()
            name = f"{before} or {size}"
            line = {of: joined[of] + line[of] for of in line}
        sizes[name] = line
    return sizes
