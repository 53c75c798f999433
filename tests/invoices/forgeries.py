"""Forged e-invoices, one kind each, with the reason that each has to be refused for.

``TOUCHED`` change a genuine file's bytes. ``MISSTATED`` carry the authority's own signature, as
if its key had been misused: what is said there has to hold all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from portal.sandbox.taxauthority.einvoices.document import Item, document
from tests.invoices.genuine import FIRM, OTHER, THIRD, content, file_of, item, new_key, signed_tree

Forge = Callable[[], bytes]
Alter = Callable[[Element], None]
_BOMB = (
    '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in pairwise("abcdefghi"))
    + "]>"
)
_FILE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_RED_ITEMS = (item(-120_000, Decimal("0.13")),)


def touched(old: str, new: str) -> Forge:
    """A genuine file with one text in it replaced."""

    def forge() -> bytes:
        text = file_of(content()).decode()
        assert old in text
        return text.replace(old, new, 1).encode()

    return forge


def misstated(place: str, text: str) -> Forge:
    """Another text at one place, under a good signature."""

    def change(root: Element) -> None:
        found = root.find(place)
        assert found is not None
        found.text = text

    return lambda: altered(change)


def altered(change: Alter) -> bytes:
    root = document(content())
    change(root)
    return signed_tree(root)


def _moved_signature() -> bytes:
    """The signature's element inside another one, the value unchanged."""
    text = file_of(content()).decode()
    head, _, rest = text.partition("<TaxBureauSignature>")
    inner, _, tail = rest.partition("</TaxBureauSignature>")
    part = f"<TaxBureauSignature>{inner}</TaxBureauSignature>"
    return (head + tail).replace("</EInvoiceData>", f"{part}</EInvoiceData>").encode()


def _wrapped() -> bytes:
    """The signed invoice kept whole inside a new one that says something else."""
    genuine = file_of(content()).decode().partition("?>")[2].strip()
    other = file_of(content("26997000000100000002")).decode().partition("?>")[2].strip()
    return other.replace("</EInvoice>", f"{genuine}</EInvoice>").encode()


def _transplanted() -> bytes:
    """Another invoice's signature."""
    mine = file_of(content()).decode()
    theirs = file_of(content("26997000000100000002")).decode()
    value = mine.partition("<SignatureValue>")[2].partition("<")[0]
    other = theirs.partition("<SignatureValue>")[2].partition("<")[0]
    return mine.replace(value, other).encode()


def _second_total(root: Element) -> None:
    basic = root.find("EInvoiceData/BasicInformation")
    assert basic is not None
    SubElement(basic, "TotalTaxAm").text = "1.00"


def _stranger(root: Element) -> None:
    SubElement(root, "Discount").text = "1.00"


def _deep(root: Element) -> None:
    for _ in range(8):
        root = SubElement(root, "Header")


def _swapped_order(root: Element) -> None:
    """A line moved out of its section."""
    data = root.find("EInvoiceData")
    assert data is not None
    line = data.find("IssuItemInformation")
    assert line is not None
    data.remove(line)
    root.append(line)


_BASIC = "EInvoiceData/BasicInformation"
_ITEM = "EInvoiceData/IssuItemInformation"
_AT = "TaxSupervisionInfo/IssueTime"

TOUCHED: dict[str, tuple[str, Forge]] = {
    "one digit of the amount": ("bad_signature", touched("1568.05", "1568.06")),
    "one digit of the number": ("bad_signature", touched("0100000001", "0100000007")),
    "another buyer": ("bad_signature", touched(OTHER.uscc, THIRD.uscc)),
    "a later date": ("bad_signature", touched("2026-08-14", "2026-08-15")),
    "a blank added": ("bad_signature", touched("演示企业甲", "演示企业 甲")),
    "another's signature": ("bad_signature", _transplanted),
    "a forger's own key": ("unknown_key", lambda: file_of(content(), key=new_key())),
    "another algorithm": ("signature_algorithm", touched(">Ed25519<", ">none<")),
    "another layout": ("signature_algorithm", touched("C14N2-DOCUMENT", "C14N2-PART")),
    "no signature": ("missing_element", lambda: touched_out("TaxBureauSignature")),
    "signature moved inwards": ("missing_element", _moved_signature),
    "a signed one wrapped": ("unknown_element", _wrapped),
    "a bomb of entities": ("doctype", touched("<EInvoice>", f"{_BOMB}<EInvoice>")),
    "a file drawn in": ("doctype", touched("<EInvoice>", f"{_FILE}<EInvoice>")),
    "a bare document type": ("doctype", touched("<EInvoice>", "<!DOCTYPE EInvoice><EInvoice>")),
    "a comment in an amount": ("comment", touched("1568.05", "1568<!-- -->.05")),
    "a hidden section": ("cdata", touched("1568.05", "<![CDATA[1568.05]]>")),
    "an instruction": ("instruction", touched("<EInvoice>", "<?run this?><EInvoice>")),
    "an attribute": ("attribute", touched("<EInvoice>", '<EInvoice id="1">')),
    "a namespace": ("namespace", touched("<EInvoice>", '<EInvoice xmlns="urn:x">')),
    "text beside elements": ("mixed_text", touched("<Header>", "<Header>9")),
    "another encoding": ("not_utf8", touched("encoding='utf-8'", "encoding='gbk'")),
    "bytes of no encoding": (
        "not_utf8",
        lambda: file_of(content()).replace("甲".encode(), b"\xff"),
    ),
    "a file too large": ("too_large", lambda: file_of(content()) + b" " * 200_000),
    "cut off": ("not_xml", lambda: file_of(content())[:-20]),
    "a script": ("not_xml", lambda: b"%PDF-1.7 <script>alert(1)</script>"),
    "two invoices": ("not_xml", lambda: file_of(content()) + b"<EInvoice/>"),
}
MISSTATED: dict[str, tuple[str, Forge]] = {
    "a line's tax": ("line_tax", misstated(f"{_ITEM}/ComTaxAm", "156.02")),
    "a line's total": ("line_total", misstated(f"{_ITEM}/TotaltaxIncludedAmount", "1356.01")),
    "a rate of no law": ("no_such_rate", misstated(f"{_ITEM}/TaxRate", "0.12")),
    "the net sum": ("net_total", misstated(f"{_BASIC}/TotalAmWithoutTax", "1400.06")),
    "the tax sum": ("tax_total", misstated(f"{_BASIC}/TotalTaxAm", "168.01")),
    "the sum of both": ("gross_total", misstated(f"{_BASIC}/TotalTax-includedAmount", "1568.06")),
    "words of another amount": (
        "capitals_differ",
        misstated(f"{_BASIC}/TotalTax-includedAmountInChinese", "壹仟伍佰陆拾捌圆零陆角"),
    ),
    "two numbers": ("numbers_differ", misstated("Header/EIid", "26997000000100000009")),
    "a number of last year": (
        "number_of_other_year",
        lambda: file_of(content("25997000000100000001")),
    ),
    "two dates": ("dates_differ", misstated(f"{_BASIC}/RequestTime", "2026-08-13 10:11:12")),
    "issued tomorrow": ("in_future", lambda: file_of(content(issued_at="2026-11-23 00:00:00"))),
    "signed before it was issued": (
        "signed_before_issue",
        lambda: signed_tree(document(content()), at="2026-08-13 23:59:59"),
    ),
    "of two other firms": ("other_firms", lambda: file_of(content(seller=THIRD))),
    "sold to oneself": ("same_party", lambda: file_of(content(buyer=FIRM))),
    "a red letter": (
        "red_letter",
        lambda: file_of(content(items=_RED_ITEMS, reverses="26997000000100000000")),
    ),
    "a red letter for nothing": (
        "red_letter_of_nothing",
        lambda: file_of(content(items=_RED_ITEMS)),
    ),
    "negative but blue": (
        "wrong_sign",
        lambda: altered_content_flag("Y"),
    ),
    "a line beside its section": ("unknown_element", lambda: altered(_swapped_order)),
    "a second total": ("repeated_element", lambda: altered(_second_total)),
    "an unknown element": ("unknown_element", lambda: altered(_stranger)),
    "elements without end": ("too_deep", lambda: altered(_deep)),
    "three decimals": ("bad_amount", misstated(f"{_BASIC}/TotalTaxAm", "168.000")),
    "an exponent": ("bad_amount", misstated(f"{_BASIC}/TotalTaxAm", "1.68e2")),
    "full-width digits": ("bad_amount", misstated(f"{_BASIC}/TotalTaxAm", "１６８.01")),
    "a plus sign": ("bad_amount", misstated(f"{_BASIC}/TotalTaxAm", "+168.01")),
    "nineteen digits": ("bad_number", misstated("Header/EIid", "2699700000010000000")),
    "no day of the calendar": ("bad_date", misstated(_AT, "2026-02-30 10:11:12")),
    "a wrong check digit": (
        "bad_uscc",
        misstated("EInvoiceData/BuyerInformation/BuyerIdNum", f"{OTHER.uscc[:-1]}X"),
    ),
    "a rate of three thousand": ("bad_rate", misstated(f"{_ITEM}/TaxRate", "1.3")),
}
FORGED = {**TOUCHED, **MISSTATED}


def touched_out(name: str) -> bytes:
    """Without one element of the top."""
    text = file_of(content()).decode()
    head, _, rest = text.partition(f"<{name}>")
    return (head + rest.partition(f"</{name}>")[2]).encode()


def altered_content_flag(flag: str) -> bytes:
    """A negative invoice that calls itself blue."""
    root = document(replace(content(), items=(Item("*x*y", Decimal("0.13"), -10_000, -1_300),)))
    label = root.find("Header/InherentLabel/InIssuType/LabelCode")
    assert label is not None
    label.text = flag
    return signed_tree(root)
