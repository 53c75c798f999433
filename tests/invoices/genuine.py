"""Genuine e-invoices of every ordinary shape, made and signed by the sandbox authority's code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from xml.etree.ElementTree import Element

from joserfc.jwk import KeySet, OKPKey

from portal.core.wire import SigningKey
from portal.invoices.checking.examine import Examined, examine
from portal.sandbox.taxauthority.einvoices.document import Content, Item, Party, document
from portal.sandbox.taxauthority.einvoices.signing import signed
from portal.sandbox.taxauthority.records.usccs import synthetic_uscc

TODAY = date(2026, 11, 22)
FIRM = Party(synthetic_uscc("firm"), "演示企业甲")
OTHER = Party(synthetic_uscc("other"), "演示企业乙")
THIRD = Party(synthetic_uscc("third"), "演示企业丙")
RATES = [Decimal(rate) for rate in ("0", "0.01", "0.03", "0.06", "0.09", "0.13")]


def new_key() -> SigningKey:
    """A signing key with its thumbprint as kid."""
    key = OKPKey.generate_key("Ed25519")
    return SigningKey(key.thumbprint(), key)


def pinned(key: SigningKey) -> KeySet:
    """The public half, as the portal has it from its key file."""
    return KeySet([OKPKey.import_key({**key.key.as_dict(private=False), "kid": key.kid})])


AUTHORITY = new_key()
KEYS = pinned(AUTHORITY)


def item(net_fen: int, rate: Decimal) -> Item:
    """A line whose tax is rounded half up, as most programs do it."""
    vat = int(abs(net_fen) * rate + Decimal("0.5"))
    return Item("*金属制品*紧固件", rate, net_fen, vat if net_fen > 0 else -vat)


def content(number: str = "26997000000100000001", **changes: object) -> Content:
    """The firm's sale of two lines, in August."""
    plain = Content(
        number=number,
        issued_at="2026-08-14 10:11:12",
        seller=FIRM,
        buyer=OTHER,
        items=(item(120_000, Decimal("0.13")), item(20_005, Decimal("0.06"))),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def signed_tree(root: Element, *, key: SigningKey = AUTHORITY, at: str = "") -> bytes:
    """A tree under a signature; at the time of issue unless another is given."""
    return signed(root, key=key, at=at or root.findtext("TaxSupervisionInfo/IssueTime", ""))


def file_of(said: Content, *, key: SigningKey = AUTHORITY) -> bytes:
    """The file that a taxpayer would download."""
    return signed_tree(document(said), key=key)


def examined(data: bytes) -> Examined:
    """As the portal examines it for the firm."""
    return examine(data, keys=KEYS, firm_uscc=FIRM.uscc, today=TODAY)


def many(count: int, *, seed: int) -> Iterator[Content]:
    """Ordinary invoices: one to six lines, every rate, fen to tens of millions of yuan."""
    rng = Random(seed)
    for serial in range(count):
        day = TODAY - timedelta(days=rng.randrange(700))
        at = datetime(day.year, day.month, day.day, rng.randrange(24), 59, tzinfo=UTC)
        parties = [FIRM, OTHER]
        rng.shuffle(parties)
        yield content(
            f"{at:%y}9970{rng.randrange(10**6):06d}{serial:08d}",
            issued_at=f"{at:%Y-%m-%d %H:%M:%S}",
            seller=parties[0],
            buyer=parties[1],
            items=tuple(
                item(int(10 ** rng.uniform(0, 9.5)), rng.choice(RATES))
                for _ in range(rng.randrange(1, 7))
            ),
        )
