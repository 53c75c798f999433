"""What messages about a regulator's requests for records say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from portal.notifications.text import Text

DISCLOSURE_TEXTS: Final[Mapping[str, Text]] = {
    "disclosure_to_decide": Text(
        gettext_noop("A request for records waits for your decision: %(reference)s"),
        gettext_noop(
            "A colleague asked for records. A second person has to approve or refuse it within "
            "seven days; then it lapses. Look at it here:\n\n%(link)s"
        ),
        "/regulator/requests/%(disclosure)s/",
    ),
    "disclosure_refused": Text(
        gettext_noop("Your request for records was refused: %(reference)s"),
        gettext_noop("The reason is here:\n\n%(link)s"),
        "/regulator/requests/%(disclosure)s/",
    ),
    "disclosure_lapsed": Text(
        gettext_noop("Your request for records has lapsed: %(reference)s"),
        gettext_noop("Nobody decided it within seven days. It is here:\n\n%(link)s"),
        "/regulator/requests/%(disclosure)s/",
    ),
    "disclosure_ready": Text(
        gettext_noop("The records are ready: %(reference)s"),
        gettext_noop(
            "You can download them for 14 days; each download is recorded. Then the file is "
            "erased:\n\n%(link)s"
        ),
        "/regulator/requests/%(disclosure)s/",
    ),
    "disclosure_about_you": Text(
        gettext_noop("A regulator asked for records about you or whom you act for"),
        gettext_noop(
            "What was asked, by whom, under which law and for which days stands here, under "
            "%(reference)s:\n\n%(link)s"
        ),
        "/account/records/",
    ),
}
