"""Why an e-invoice is not accepted, one sentence a code, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

AGAIN: Final = _(
    "Download the XML file from the tax authority once more and attach it as it is, without "
    "opening and saving it in another program."
)
_ASK_SELLER: Final = _("Ask the seller to reverse it and to issue a right one.")
_OTHER_FILE: Final = _("Attach the XML file of the invoice, not a PDF, a picture or an archive.")
_OTHER_INVOICE: Final = _("Attach another invoice.")

REASONS: Final[Mapping[str, StrPromise]] = {
    "too_large": _("The file is larger than an e-invoice may be (128 KiB)."),
    "not_utf8": _("The file is not written in UTF-8."),
    "not_xml": _("The file is not XML, or is cut off."),
    "doctype": _("The file declares a document type; e-invoices have none."),
    "comment": _("The file holds a comment; e-invoices hold none."),
    "instruction": _("The file holds an instruction to programs; e-invoices hold none."),
    "cdata": _("The file holds a hidden section of text; e-invoices hold none."),
    "attribute": _("An element of the file has an attribute; e-invoices have none."),
    "namespace": _("The file uses a namespace; e-invoices use none."),
    "too_deep": _("The file’s elements lie deeper in one another than those of an e-invoice."),
    "too_many": _("The file has more elements than an e-invoice may have."),
    "mixed_text": _("There is text beside elements, where none belongs."),
    "stray_text": _("There is text where only elements belong."),
    "unknown_element": _("The file has an element that e-invoices do not have at this place."),
    "missing_element": _("An element that every e-invoice has is missing."),
    "repeated_element": _("An element is there twice that e-invoices have once."),
    "bad_number": _("The number is not one of 20 digits."),
    "bad_amount": _("An amount is not written in digits with at most two decimals."),
    "bad_quantity": _("A quantity or a price is not a plain number."),
    "bad_rate": _("A tax rate is not written as one."),
    "bad_date": _("A date is not a day of the calendar."),
    "bad_uscc": _("A unified social credit code is wrong: its check digit does not fit."),
    "bad_label": _("It does not say whether it is an ordinary or a red-letter invoice."),
    "bad_text": _("A text is empty, too long, or holds signs that cannot be printed."),
    "signature_algorithm": _("It is not signed in the way in which the tax authority signs."),
    "unknown_key": _("It is signed by a key that is not the tax authority’s."),
    "bad_signature": _(
        "The tax authority’s signature does not fit: something in the file is not what was signed."
    ),
    "numbers_differ": _("The file states two different invoice numbers."),
    "number_of_other_year": _("The number belongs to another year than the date of issue."),
    "red_letter": _("It is a red-letter invoice: it takes another one back."),
    "red_letter_of_nothing": _("It is a red-letter invoice that does not say what it takes back."),
    "dates_differ": _("The file states two different dates of issue."),
    "in_future": _("Its date of issue has not come yet."),
    "signed_before_issue": _("It was signed before it was issued."),
    "same_party": _("Seller and buyer are the same."),
    "other_firms": _("The applying firm is neither its seller nor its buyer."),
    "no_such_rate": _("A line has a tax rate that VAT does not know."),
    "line_tax": _("On a line the tax is not the amount times the rate."),
    "line_total": _("On a line the total is not the amount and the tax together."),
    "net_total": _("The amounts of the lines do not add up to the stated sum."),
    "tax_total": _("The taxes of the lines do not add up to the stated sum."),
    "gross_total": _("Amount and tax do not add up to the stated total."),
    "capitals_differ": _("The total in words is another than the total in figures."),
    "wrong_sign": _("The total is zero, or its sign does not fit the kind of invoice."),
    "attached_twice": _("This invoice is attached to this application already."),
    "attached_elsewhere": _("This invoice stands for another application."),
}
WHAT_TO_DO: Final[Mapping[str, StrPromise]] = {
    **dict.fromkeys(("too_large", "not_utf8", "not_xml"), _OTHER_FILE),
    **dict.fromkeys(("red_letter", "red_letter_of_nothing", "same_party"), _OTHER_INVOICE),
    **dict.fromkeys(
        ("no_such_rate", "line_tax", "line_total", "net_total", "tax_total", "gross_total"),
        _ASK_SELLER,
    ),
    "capitals_differ": _ASK_SELLER,
    "wrong_sign": _ASK_SELLER,
    "other_firms": _("Attach invoices that your firm issued or received."),
    "in_future": _("Attach it once it is issued."),
    "attached_twice": _("You need not do anything: it counts once."),
    "attached_elsewhere": _(
        "An invoice can stand for one loan only. Attach another one; if you believe this to be a "
        "mistake, write to the bank."
    ),
}
BANDS: Final[Mapping[str, StrPromise]] = {
    "under_10k": _("under ¥10,000"),
    "from_10k": _("¥10,000 to 50,000"),
    "from_50k": _("¥50,000 to 200,000"),
    "from_200k": _("¥200,000 to 1,000,000"),
    "from_1m": _("¥1,000,000 and more"),
}
