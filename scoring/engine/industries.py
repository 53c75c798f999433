"""The sections of GB/T 4754-2017, the standard of industries: one letter from A to T each."""

from collections.abc import Mapping
from typing import Final

from scoring.engine.reason_texts import gettext_noop

SECTIONS: Final[Mapping[str, str]] = {
    "A": gettext_noop("Farming, forestry and fishing"),
    "B": gettext_noop("Mining"),
    "C": gettext_noop("Manufacturing"),
    "D": gettext_noop("Electricity, heat, gas and water"),
    "E": gettext_noop("Construction"),
    "F": gettext_noop("Wholesale and retail"),
    "G": gettext_noop("Transport, storage and post"),
    "H": gettext_noop("Hotels and catering"),
    "I": gettext_noop("Software and information technology"),
    "J": gettext_noop("Finance"),
    "K": gettext_noop("Real estate"),
    "L": gettext_noop("Leasing and business services"),
    "M": gettext_noop("Research and technical services"),
    "N": gettext_noop("Water, environment and public facilities"),
    "O": gettext_noop("Household and repair services"),
    "P": gettext_noop("Education"),
    "Q": gettext_noop("Health and social work"),
    "R": gettext_noop("Culture, sports and entertainment"),
    "S": gettext_noop("Public administration"),
    "T": gettext_noop("International organisations"),
}
