"""The note that lies in an archive of receipts, in the page's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def read_me() -> str:
    """What the archive holds, and the one command that checks it."""
    return "\n\n".join(
        [
            _("Your events in the TaxBridge ledger, each with its receipt."),
            _(
                "Each file in receipts/ holds one event to the letter, and the way from it to a "
                "state of the ledger that was signed and, where its lines say so, witnessed."
            ),
            _("To check them on a machine of your own, with Python 3.11 or newer:"),
            (
                "    python3 -m pip install cryptography\n"
                "    python3 verify_taxbridge.py receipt receipts --policy policy"
            ),
            _(
                "The policy in here came from TaxBridge. For a check that does not rely on "
                "TaxBridge, take it from the regulator or from your bank."
            ),
            "",
        ]
    )
