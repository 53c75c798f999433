"""The note that lies with the records, in both languages."""

from __future__ import annotations

from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

COMMAND: Final = (
    "    python3 -m pip install cryptography\n"
    "    python3 check_records.py . --keys receipts.json\n"
    "    python3 verify_taxbridge.py receipt receipts --policy policy"
)


def read_me() -> str:
    """What the file holds, and the commands that check it."""
    texts = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            texts.append("\n\n".join(_paragraphs()))
    return "\n\n\n".join(texts) + "\n"


def _paragraphs() -> list[str]:
    return [
        _("Records that TaxBridge handed to a regulator on request."),
        _(
            "request.json says what was asked, by whom, under which law and for which days. The "
            "activity log stands in activity.csv and, the same, in activity.jsonl; a register of "
            "people in register.csv and register.jsonl. Times are in UTC."
        ),
        _(
            "ledger.jsonl has the entries of the ledger that record an act, to the letter, and "
            "receipts/ the proofs of those that were signed when this was made."
        ),
        _(
            "manifest.json lists every file with its SHA-256. Its own digest is on the ledger, and "
            "manifest.jws is the signature over it. To check all this, with Python 3.11 or newer "
            "and the public receipts key that TaxBridge publishes:"
        ),
        COMMAND,
    ]
