"""The form of a fully digital invoice's XML: which element holds which, and what each text is.

Names and nesting are those of the invoices that taxpayers download; `docs/invoices.md` says what
is taken from there and what is our sandbox's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from portal.invoices.reading import values

Reader = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Leaf:
    """An element with a text; ``code`` is what is said when the text is none of its kind."""

    read: Reader
    code: str
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class Branch:
    """An element with others in it; a ``repeated`` one comes once or more."""

    parts: Mapping[str, Leaf | Branch]
    is_required: bool = True
    is_repeated: bool = False


def _optional(leaf: Leaf) -> Leaf:
    return Leaf(leaf.read, leaf.code, is_required=False)


_WORDS = Leaf(values.words, "bad_text")
_MAYBE = Leaf(values.words_or_nothing, "bad_text", is_required=False)
_CODE = Leaf(values.code, "bad_text")
_NUMBER = Leaf(values.number, "bad_number")
_AMOUNT = Leaf(values.amount_fen, "bad_amount")
_QUANTITY = Leaf(values.quantity, "bad_quantity", is_required=False)
_TAXPAYER = Leaf(values.taxpayer, "bad_uscc")
_LABEL = Branch({"LabelCode": _CODE, "LabelName": _WORDS})
_BLUE = Branch({"LabelCode": Leaf(values.blue_flag, "bad_label"), "LabelName": _WORDS})


def _party(side: str) -> Branch:
    details = ("Addr", "TelNum", "BankName", "BankAccNum")
    return Branch(
        {
            f"{side}IdNum": _TAXPAYER,
            f"{side}Name": _WORDS,
            **{f"{side}{detail}": _MAYBE for detail in details},
        }
    )


_LINE = Branch(
    {
        "ItemName": _WORDS,
        "SpecMod": _MAYBE,
        "MeaUnits": _MAYBE,
        "Quantity": _QUANTITY,
        "UnPrice": _QUANTITY,
        "Amount": _AMOUNT,
        "TaxRate": Leaf(values.rate, "bad_rate"),
        "ComTaxAm": _AMOUNT,
        "TotaltaxIncludedAmount": _optional(_AMOUNT),
        "TaxClassificationCode": _optional(_CODE),
    },
    is_repeated=True,
)
_BASIC = Branch(
    {
        "TotalAmWithoutTax": _AMOUNT,
        "TotalTaxAm": _AMOUNT,
        "TotalTax-includedAmount": _AMOUNT,
        "TotalTax-includedAmountInChinese": _optional(_WORDS),
        "Drawer": _MAYBE,
        "RequestTime": Leaf(values.moment, "bad_date"),
    }
)
FORM: Final = Branch(
    {
        "Header": Branch(
            {
                "EIid": _NUMBER,
                "EInvoiceTag": _CODE,
                "Version": _WORDS,
                "InherentLabel": Branch(
                    {"InIssuType": _BLUE, "EInvoiceType": _LABEL, "GeneralOrSpecialVAT": _LABEL}
                ),
            }
        ),
        "EInvoiceData": Branch(
            {
                "SellerInformation": _party("Seller"),
                "BuyerInformation": _party("Buyer"),
                "BasicInformation": _BASIC,
                "IssuItemInformation": _LINE,
                "SpecificInformation": Branch({}, is_required=False),
                "AdditionalInformation": Branch({"Remark": _MAYBE}, is_required=False),
            }
        ),
        "SellerAuthentication": Branch({"AuthenticationMethods": _MAYBE}, is_required=False),
        "TaxSupervisionInfo": Branch(
            {
                "InvoiceNumber": _NUMBER,
                "IssueTime": Leaf(values.moment, "bad_date"),
                "TaxBureauCode": _CODE,
                "TaxBureauName": _WORDS,
            }
        ),
        "TaxBureauSignature": Branch(
            {
                "SignatureAlgorithm": _WORDS,
                "SignatureFormat": _WORDS,
                "SignatureTime": Leaf(values.moment, "bad_date"),
                "KeyInfo": _WORDS,
                "SignatureValue": _WORDS,
            }
        ),
    }
)
ROOT: Final = "EInvoice"
