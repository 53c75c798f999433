"""What messages about drift say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from portal.notifications.text import Text

DRIFT_TEXTS: Final[Mapping[str, Text]] = {
    "drift_of_bank": Text(
        gettext_noop("Your bank's firms have changed: scores of %(month)s"),
        gettext_noop(
            "The firms that your bank had scored as of %(month)s are no longer like those the "
            "model began with. A score still puts firms in order, but what it says about the risk "
            "of each may be off. Which figures moved is here:\n\n%(link)s"
        ),
        "/bank/drift/",
    ),
    "drift_of_all_banks": Text(
        gettext_noop("Scored firms have changed: %(month)s"),
        gettext_noop(
            "The firms of all banks scored as of %(month)s are no longer like those the model "
            "began with. Which figures moved is here:\n\n%(link)s"
        ),
        "/regulator/drift/",
    ),
}
