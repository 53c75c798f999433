"""What messages about mandates say, and about consents that wait for a new legal representative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from portal.notifications.text import Text

MANDATE_TEXTS: Final[Mapping[str, Text]] = {
    "mandate_ended": Text(
        gettext_noop("You no longer act for %(firm)s"),
        gettext_noop(
            "The tax authority has told us that you no longer act for %(firm)s. From now on you "
            "see and do nothing in its name in TaxBridge. Your account stays.\n\nIf this is a "
            "mistake, it has to be put right at the tax authority; then connect the firm again "
            "here:\n\n%(link)s"
        ),
        "/firm/connect/",
    ),
    "mandate_ends_soon": Text(
        gettext_noop("You act for %(firm)s until %(until)s"),
        gettext_noop(
            "What the tax authority said about you and %(firm)s is good for a year here. From "
            "%(until)s on you can do nothing in its name, unless you connect the firm again "
            "before. That takes one sign-in at the tax authority:\n\n%(link)s"
        ),
        "/firm/connect/",
    ),
    "mandate_ran_out": Text(
        gettext_noop("You no longer act for %(firm)s: connect it again"),
        gettext_noop(
            "What the tax authority said about you and %(firm)s was good for a year, and has run "
            "out. If you still act for it, connect it again with one sign-in at the tax "
            "authority:\n\n%(link)s"
        ),
        "/firm/connect/",
    ),
    "access_taken_away": Text(
        gettext_noop("You no longer act for %(firm)s here"),
        gettext_noop(
            "The legal representative of %(firm)s has taken your access away. From now on you see "
            "and do nothing in its name in TaxBridge. Your account stays:\n\n%(link)s"
        ),
        "/account/security/",
    ),
    "representative_changed": Text(
        gettext_noop("Your firm’s consents wait for its new legal representative"),
        gettext_noop(
            "The tax authority has told us that %(firm)s has a new legal representative. Consents "
            "that are paused until that person confirms them: %(number)s. Nobody can use your tax "
            "data under them meanwhile.\n\nThe new legal representative connects the firm, reads "
            "each consent, and confirms or stops it. What is not confirmed by %(until)s ends for "
            "good:\n\n%(link)s"
        ),
        "/firm/confirmations/",
    ),
    "confirm_soon": Text(
        gettext_noop("Consents of your firm end on %(until)s unless they are confirmed"),
        gettext_noop(
            "Consents of %(firm)s that still wait for its new legal representative: %(number)s. "
            "What that person has not confirmed by %(until)s ends for good:\n\n%(link)s"
        ),
        "/firm/confirmations/",
    ),
    "consent_waits": Text(
        gettext_noop("A consent of %(firm)s is paused: its legal representative changed"),
        gettext_noop(
            "The legal representative of %(firm)s has changed. Its consent for your bank is "
            "paused: you cannot use its data, and see neither score nor reasons, until the new "
            "legal representative confirms it. That may be done until %(until)s; otherwise the "
            "consent ends. You need do nothing:\n\n%(link)s"
        ),
        "/bank/consents/",
    ),
    "consent_waits_still": Text(
        gettext_noop("A consent of %(firm)s ends on %(until)s unless it is confirmed"),
        gettext_noop(
            "The new legal representative of %(firm)s has not yet confirmed its consent for your "
            "bank. If that is not done by %(until)s, it ends:\n\n%(link)s"
        ),
        "/bank/consents/",
    ),
    "consent_unconfirmed": Text(
        gettext_noop("A consent of %(firm)s has ended: nobody confirmed it"),
        gettext_noop(
            "The new legal representative of %(firm)s did not confirm its consent for your bank in "
            "time. It is over, and has to be acknowledged as any end:\n\n%(link)s"
        ),
        "/bank/consents/",
    ),
}
