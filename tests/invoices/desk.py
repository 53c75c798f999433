"""Invoices at real applications: signed by the authority's key, and records that have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from django.conf import settings

from portal.accounts.models import Organisation
from portal.applications.attach_invoices import attach_invoices
from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.core.months import Month
from portal.core.wire import SigningKey, Typ, load_signing_key, sign
from portal.invoices.attaching import Upload
from portal.invoices.models import Attachment, KnownStatuses
from portal.sandbox.taxauthority.einvoices.document import Content, Party
from scoring.engine.summary import Record
from tests.applications.cases import LAST
from tests.invoices.genuine import OTHER, content, file_of


def authority_key() -> SigningKey:
    """The key whose public half this worker's portal has pinned."""
    return load_signing_key(settings.KEYS_DIR / "authority" / "signing.pem")


def party(actor: Actor) -> Party:
    """The actor's firm, as an invoice names it."""
    assert actor.organisation_id is not None
    return Party(Organisation.objects.get(id=actor.organisation_id).uscc, "演示企业")


def sale_of(actor: Actor, serial: int, *, month: Month = LAST, day: int = 9) -> Content:
    """A sale by the actor's firm; the serial number is its number's end."""
    return content(
        f"{month.year % 100:02d}997000000{serial:09d}",
        issued_at=f"{month}-{day:02d} 10:00:00",
        seller=party(actor),
        buyer=OTHER,
    )


def uploads(*said: Content) -> list[Upload]:
    """The files of invoices as the firm downloaded them."""
    return [Upload(f"{one.number}.xml", file_of(one, key=authority_key())) for one in said]


def attached(
    actor: Actor, application: LoanApplication, files: Sequence[Upload]
) -> list[Attachment]:
    """Attached by its own use case."""
    return attach_invoices(actor, application_id=application.id, files=files)


def record_of(said: Content, **changes: object) -> Record:
    """What the authority's feed would say of a sale, by the short number of older records."""
    plain = Record(
        direction="sale",
        number=said.number[-8:],
        issued_on=date.fromisoformat(said.issued_at[:10]),
        counterparty="B00001",
        net_fen=said.net_fen,
        vat_fen=said.vat_fen,
        gross_fen=said.net_fen + said.vat_fen,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def list_token(serial: int, stated: Mapping[str, str]) -> str:
    """A list that the authority signed in a second from now, good for an hour."""
    now = datetime.now(UTC)
    claims = {
        "iss": "tax-authority-sandbox",
        "serial": serial,
        "iat": int(now.timestamp()) + 1,
        "next_update": int(now.timestamp()) + 3600,
        "statuses": dict(stated),
    }
    return sign(claims, typ=Typ.INVOICE_STATUSES, key=authority_key())


def forget_lists() -> None:
    """As if no list had been seen: other tests' would be newer."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    KnownStatuses.objects.using("intake").update(serial=1, issued_at=long_ago)
