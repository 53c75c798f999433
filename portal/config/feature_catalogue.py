"""The features' catalogue as a page of documentation, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import translation
from django.utils.translation import gettext as _

from portal.consents.purposes import CATEGORY_TEXTS, Category
from scoring.engine.catalogue_texts import FORMULAS, MEANINGS, UNITS
from scoring.engine.features import CATALOGUE, Feature
from scoring.engine.model import shipped_model
from scoring.engine.reason_texts import TITLES

HEAD = """\
# Features

Written by `manage.py draw_features`; a test holds it equal to the code.

Whole numbers over the 24 months that end with the as-of month, from monthly summaries only
(`scoring/engine/features.py`). Net means without VAT and after red-letter invoices; exact repeats
count once, void and zero rows carry no amount. Shares are rounded down and end at 100 times. A
feature has no value, and is never guessed, where its history is too short or its divisor zero.
"""


def feature_catalogue() -> str:
    """``docs/features.md``."""
    return "\n".join([HEAD, *(line for feature in CATALOGUE for line in _entry(feature))])


def _entry(feature: Feature) -> Iterator[str]:
    with translation.override("en"):
        title, meaning = _(TITLES[feature.name]), _(MEANINGS[feature.name])
    with translation.override("zh-hans"):
        title_zh, meaning_zh = _(TITLES[feature.name]), _(MEANINGS[feature.name])
    categories = [CATEGORY_TEXTS[Category(code)] for code in feature.categories]
    used = feature.name in {scale.name for scale in shipped_model().scales}
    yield f"## {title} · {title_zh}\n"
    yield "|  |  |\n|---|---|"
    yield f"| name | `{feature.name}` |"
    yield f"| meaning | {meaning} {meaning_zh} |"
    yield f"| formula | {FORMULAS[feature.name]} |"
    yield f"| unit | {UNITS[feature.unit]} |"
    yield f"| expected direction | {feature.better} is better |"
    yield f"| records needed | {'; '.join(f'{text.en} · {text.zh}' for text in categories)} |"
    yield f"| history needed | {feature.months} months since the first sale |"
    yield f"| on the card | {'yes' if used else 'no'} |\n"
