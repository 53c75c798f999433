"""The model card's pictures, as SVG without any library: the same bytes everywhere."""

from collections.abc import Iterator, Mapping
from typing import Any

from scoring.engine.model import BANDS, HIGHEST, LOWEST, Model
from scoring.training.contest_section import GROUPS, NAMES

INK, SECOND, LINE, BRAND, OTHER = "#14202b", "#4a5866", "#d5dce3", "#0b4f5c", "#a8612a"
WIDTH, LEFT, ROW = 760, 300, 26
PPM = 1_000_000


def auc_plot(found: Mapping[str, Any]) -> str:
    """AUC with its interval of each way to fit, by size of firm."""
    rows = [(group, learner) for group in GROUPS for learner in NAMES]
    height = 60 + ROW * (len(rows) + len(GROUPS))
    return _svg(height, "AUC on firms not seen, with 95 % intervals", _auc_parts(found, height))


def probability_plot(model: Model) -> str:
    """Probability of default by score, with the floors of the bands."""
    return _svg(300, "Probability of default by score", _probability_parts(model))


def _svg(height: int, title: str, parts: Iterator[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{title}</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    )
    return "\n".join([head, *parts, "</svg>\n"])


def _text(x: float, y: float, text: str, *, colour: str = INK, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}">{text}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'


def _auc_parts(found: Mapping[str, Any], height: int) -> Iterator[str]:
    for share in range(0, 11, 2):
        x = _auc_x(share * PPM // 10)
        yield _line(x, 20, x, height - 30, LINE)
        yield _text(x, height - 12, f"{share / 10:.1f}", colour=SECOND, anchor="middle")
    y = 36
    for group, title in GROUPS.items():
        yield _text(8, y, title, colour=SECOND)
        for learner, name in NAMES.items():
            y += ROW
            yield from _interval(found[group][learner]["auc"], name, y, is_ours=learner == "card")
        y += ROW


def _interval(auc: Mapping[str, int], name: str, y: float, *, is_ours: bool) -> Iterator[str]:
    colour = BRAND if is_ours else OTHER
    yield _text(20, y, name)
    yield _line(_auc_x(auc["low"]), y - 4, _auc_x(auc["high"]), y - 4, colour, 2)
    yield f'<circle cx="{_auc_x(auc["value"]):.1f}" cy="{y - 4:.1f}" r="5" fill="{colour}"/>'


def _auc_x(ppm: int) -> float:
    return LEFT + (WIDTH - LEFT - 30) * ppm / PPM


def _probability_parts(model: Model) -> Iterator[str]:
    for share in range(0, 70, 10):
        y = _probability_y(share * PPM // 100)
        yield _line(60, y, WIDTH - 20, y, LINE)
        yield _text(52, y + 4, f"{share} %", colour=SECOND, anchor="end")
    tops = [HIGHEST, *model.band_floors]
    for band, floor, top in zip(BANDS, model.band_floors, tops, strict=False):
        yield _line(_score_x(floor), 20, _score_x(floor), 260, LINE)
        yield _text(_score_x((floor + top) / 2), 34, band, colour=SECOND, anchor="middle")
        yield _text(_score_x(floor), 278, str(floor), colour=SECOND, anchor="middle")
    points = (
        f"{_score_x(score):.1f},{_probability_y(model.pd(score)):.1f}"
        for score in range(LOWEST, HIGHEST + 1, 5)
    )
    yield f'<polyline points="{" ".join(points)}" fill="none" stroke="{BRAND}" stroke-width="2"/>'
    yield _text(WIDTH - 20, 296, "score", colour=SECOND, anchor="end")


def _score_x(score: float) -> float:
    return 60 + (WIDTH - 80) * (score - LOWEST) / (HIGHEST - LOWEST)


def _probability_y(ppm: int) -> float:
    return 260 - 240 * ppm / (0.7 * PPM)
