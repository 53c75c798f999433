"""What messages about a consent's life say; each leads to the page with its receipts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from portal.notifications.text import Text

_RECEIPTS: Final = "/firm/consents/%(consent)s/receipt/"

RECEIPT_TEXTS: Final[Mapping[str, Text]] = {
    "consent_granted": Text(
        gettext_noop("You allowed %(bank)s to use your tax data"),
        gettext_noop(
            "You allowed %(bank)s to use tax data of %(firm)s.\n\nWhat for: %(purpose)s\n"
            "Months: %(first_month)s to %(last_month)s\nUntil: %(expires_at)s\nReference: "
            "%(consent)s\n\nIf it was not you, stop it now. This link needs no password; it asks "
            "you once more and stops this one consent, nothing else:\n\n%(stop)s\n\nThen set a "
            "new password.\n\nIf it was you, you see here who used what, and can stop it at any "
            "time:\n\n%(link)s\n\nThe signed receipt, to keep:\n\n"
            "%(portal)s/firm/consents/%(consent)s/receipt/"
        ),
        "/firm/consents/%(consent)s/",
        has_stop_link=True,
    ),
    "consent_paused": Text(
        gettext_noop("Paused: %(bank)s cannot use your tax data for now"),
        gettext_noop(
            "A consent of %(firm)s for %(bank)s is paused. Nobody can use your tax data under it "
            "until your firm resumes it. Its time runs on.\n\nIf it was not your firm, look at it "
            "here. The signed receipt is there too, as soon as the ledger’s next state is signed:"
            "\n\n%(link)s"
        ),
        _RECEIPTS,
    ),
    "consent_resumed": Text(
        gettext_noop("Resumed: %(bank)s can use your tax data again"),
        gettext_noop(
            "A consent of %(firm)s for %(bank)s is no longer paused: the bank can use your tax "
            "data under it again.\n\nIf it was not your firm, stop it here. The signed receipt is "
            "there too, as soon as the ledger’s next state is signed:\n\n%(link)s"
        ),
        _RECEIPTS,
    ),
    "consent_ended": Text(
        gettext_noop("%(bank)s can no longer use your tax data"),
        gettext_noop(
            "A consent of %(firm)s for %(bank)s is over. %(why)s\n\nThe receipt, and what became "
            "of the records, is here:\n\n%(link)s"
        ),
        "/firm/consents/%(consent)s/receipt/",
    ),
    "consent_erased": Text(
        gettext_noop("Erased: the records of your consent for %(bank)s"),
        gettext_noop(
            "What was fetched under a consent of %(firm)s for %(bank)s, and what was computed from "
            "it, is erased. What another consent of your firm covers stays for that one.\n\nHow "
            "much was erased, and the signed receipt as soon as the ledger’s next state is signed, "
            "is here:\n\n%(link)s"
        ),
        _RECEIPTS,
    ),
    "consent_ends_soon": Text(
        gettext_noop("Your consent for %(bank)s ends on %(until)s"),
        gettext_noop(
            "A consent of %(firm)s for %(bank)s ends on %(until)s by itself. What it was given "
            "for: %(purpose)s After that day the bank cannot use your tax data under it. You need "
            'not do anything.\n\nIf you want to let the bank go on, press "Change" on this page '
            "and sign the consent anew. That is up to you:\n\n%(link)s"
        ),
        "/firm/consents/%(consent)s/",
    ),
    "bank_consent_ends_soon": Text(
        gettext_noop("The consent of %(firm)s ends on %(until)s"),
        gettext_noop(
            "A consent that %(firm)s gave your bank ends on %(until)s by itself. What it was given "
            "for: %(purpose)s After that day your bank cannot use the firm’s tax data under it."
            "\n\nIf you need it longer, ask the firm for a new consent. It is free to say no:"
            "\n\n%(link)s"
        ),
        "/bank/consents/%(consent)s/",
    ),
}
