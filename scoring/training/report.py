"""Everything that training writes, from one reading of the data."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from scoring.engine.canonical import canonical_bytes, parse_canonical
from scoring.engine.model import MODELS, Model
from scoring.training.challengers import challengers
from scoring.training.dataset import Firm, read_firms
from scoring.training.model_card import card_of
from scoring.training.plots import auc_plot, probability_plot
from scoring.training.size_study import sizes_of
from scoring.training.train import AS_OF, VERSION, model_bytes

ROOT = Path(__file__).parents[2]
MODEL = MODELS / f"scorecard-{VERSION}.json"
CHALLENGERS = MODELS / f"challengers-{VERSION}.json"
SIZES = MODELS / f"sizes-{VERSION}.json"
CARD = ROOT / "docs" / "model-card.md"
PICTURES = ROOT / "docs" / "img"


def trained(data_dir: Path, firms: Sequence[Firm]) -> dict[Path, bytes]:
    """Model file, what lies beside it, card and pictures, by where they are kept."""
    with ProcessPoolExecutor(max_workers=2) as pool:
        fitted = pool.submit(model_bytes, data_dir, firms)
        contest = canonical_bytes(pool.submit(challengers, firms).result())
        data = fitted.result()
    unseen = read_firms(data_dir, "unlabelled")
    sizes = canonical_bytes(sizes_of(unseen, as_of=AS_OF, model=Model.load(data)))
    beside = {CHALLENGERS: contest, SIZES: sizes}
    return {MODEL: data, **beside, **drawn(data, contest, sizes)}


def drawn(data: bytes, contest: bytes, sizes: bytes) -> Mapping[Path, bytes]:
    """Card and pictures of a model file and what lies beside it."""
    model, found = Model.load(data), parse_canonical(contest)
    return {
        CARD: card_of(model, found, parse_canonical(sizes)).encode(),
        PICTURES / "model-auc.svg": auc_plot(found[AS_OF]).encode(),
        PICTURES / "model-probability.svg": probability_plot(model).encode(),
    }
