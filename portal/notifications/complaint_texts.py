"""What messages about complaints say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_noop

from portal.notifications.text import Text

COMPLAINT_TEXTS: Final[Mapping[str, Text]] = {
    "complaint_filed": Text(
        gettext_noop("A firm made a complaint: %(reference)s"),
        gettext_noop(
            "%(firm)s made complaint %(reference)s. It has to be answered in writing by "
            "%(until)s. Take it, and answer it, here:\n\n%(link)s"
        ),
        "/regulator/complaints/%(complaint)s/",
    ),
    "complaint_about_bank": Text(
        gettext_noop("A firm complains of something your bank was part of: %(reference)s"),
        gettext_noop(
            "%(firm)s made complaint %(reference)s. The operator answers it by %(until)s. What it "
            "is about is here:\n\n%(link)s"
        ),
        "/bank/complaints/%(complaint)s/",
    ),
    "complaint_answered": Text(
        gettext_noop("Your complaint %(reference)s has been answered"),
        gettext_noop(
            "A person looked at complaint %(reference)s. Read the answer here:\n\n%(link)s"
        ),
        "/firm/complaints/%(complaint)s/",
    ),
    "complaint_stated": Text(
        gettext_noop("The bank has made a statement on your complaint %(reference)s"),
        gettext_noop(
            "The bank concerned has said its side of complaint %(reference)s. It is not the "
            "answer: that comes from the operator. Read both here:\n\n%(link)s"
        ),
        "/firm/complaints/%(complaint)s/",
    ),
    "complaint_stated_to_answer": Text(
        gettext_noop("Complaint %(reference)s: the bank has made a statement"),
        gettext_noop(
            "The bank concerned has said its side of complaint %(reference)s. Read it before you "
            "answer:\n\n%(link)s"
        ),
        "/regulator/complaints/%(complaint)s/",
    ),
    "complaint_overdue": Text(
        gettext_noop("Complaint %(reference)s is overdue"),
        gettext_noop(
            "Complaint %(reference)s had to be answered by %(until)s, and is not. The firm has a "
            "right to an answer in writing. How it stands is here:\n\n%(link)s"
        ),
        "/regulator/complaints/%(complaint)s/",
    ),
}
