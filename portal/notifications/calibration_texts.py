"""What messages about calibration say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from portal.notifications.text import Text

CALIBRATION_TEXTS: Final[Mapping[str, Text]] = {
    "more_bad_loans_of_bank": Text(
        gettext_noop("More loans went bad than foreseen: %(quarter)s"),
        gettext_noop(
            "Of the loans that your bank paid out in %(quarter)s more have gone bad than the "
            "scores foresaw, and more than chance explains. The numbers are here:\n\n%(link)s"
        ),
        "/bank/calibration/",
    ),
    "fewer_bad_loans_of_bank": Text(
        gettext_noop("Fewer loans went bad than foreseen: %(quarter)s"),
        gettext_noop(
            "A year after your bank paid out the loans of %(quarter)s fewer have gone bad than the "
            "scores foresaw, and fewer than chance explains. The numbers are here:\n\n%(link)s"
        ),
        "/bank/calibration/",
    ),
    "more_bad_loans_of_all_banks": Text(
        gettext_noop("More loans of all banks went bad than foreseen: %(quarter)s"),
        gettext_noop(
            "Of the loans that all banks paid out in %(quarter)s more have gone bad than the "
            "scores foresaw, and more than chance explains. The numbers are here:\n\n%(link)s"
        ),
        "/regulator/calibration/",
    ),
    "fewer_bad_loans_of_all_banks": Text(
        gettext_noop("Fewer loans of all banks went bad than foreseen: %(quarter)s"),
        gettext_noop(
            "A year after the loans of %(quarter)s were paid out fewer have gone bad than the "
            "scores foresaw, and fewer than chance explains. The numbers are here:\n\n%(link)s"
        ),
        "/regulator/calibration/",
    ),
}
