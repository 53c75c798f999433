"""Firms for `bench/consent.py`: three really sealed ones among background firms of like weight."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.conf import settings
from django.db import transaction
from stdnum.cn import uscc as uscc_number

from portal.consents.artefact_parts import Evidence
from portal.consents.create_bank_entry import create_bank_entry
from portal.consents.mandates import record_mandate
from portal.consents.request_consent import request_consent
from portal.consents.signing import grant
from portal.consents.vault_places import chunk_place, key_place
from portal.core.actor import Actor, OrganisationKind, Role
from portal.core.months import SHANGHAI, Month, months_between
from portal.core.sealing import VERSION, new_data_key, seal_chunk, wrap_key
from portal.core.wire import load_public_keys
from portal.taxdata.store import encode_records
from scoring.engine.summary import Record, summarise_month

CATEGORY = "vat_invoices"
MONTHS = 24
BACKGROUND_INVOICES = 2_500
EVIDENCE = Evidence(method="totp", step_digest="ab" * 32, terms_digest="cd" * 32)
_TABLES = {
    "import": "id, firm, consent, category, first_month, last_month, as_of_month, manifest_sha256",
    "firm_key": "import, firm, vault_kid, wrapped",
    "chunk": "import, firm, category, month, kind, version, nonce, ciphertext",
    "completion": "import, firm, chunks",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A firm with one signatory, and the bank it lets in."""

    firm_id: UUID
    bank_id: UUID
    person_id: UUID
    first: Month
    last: Month

    @property
    def actor(self) -> Actor:
        """The signatory at the portal."""
        return Actor(
            person_id=self.person_id,
            person_name="Bench",
            organisation_id=self.firm_id,
            organisation_kind=OrganisationKind.FIRM,
            roles=frozenset({Role.FIRM_LEGAL_REPRESENTATIVE}),
            second_factor_at=datetime.now(UTC),
        )

    def granted(self) -> UUID:
        """A live consent over the whole span, signed as the signer signs."""
        request = request_consent(
            self.actor,
            firm_id=self.firm_id,
            bank_id=self.bank_id,
            purpose="underwriting",
            categories=[CATEGORY],
            first_month=self.first,
            last_month=self.last,
        )
        return grant(request, person_id=self.person_id, evidence=EVIDENCE, using="signer")


def new_party(*, uscc: str = "", authority_person: str = "") -> Party:
    """A connected firm and a bank; the firm is one that the authority knows, if it is named."""
    person_id, bank_id = uuid4(), uuid4()
    create_bank_entry(
        bank_id=bank_id, name="Bench", name_zh="台", licence=str(bank_id), using="owner"
    )
    with transaction.atomic(using="signer"):
        mandate = record_mandate(
            person_id=person_id,
            uscc=uscc or _new_uscc(),
            name="Bench",
            name_zh="台",
            authority_person=authority_person or str(person_id),
            role="legal_representative",
            using="signer",
        )
    last = _newest_month()
    return Party(mandate.firm_id, bank_id, person_id, last - (MONTHS - 1), last)


def fill_vault(admin: psycopg.Connection[Any], parties: dict[int, Party], background: int) -> None:
    """Put the sealed chunks of the parties and of ``background`` other firms into the vault.

    As the superuser, triggers off: what is measured is reading. Background chunks are noise of
    the length that real ones have.
    """
    admin.execute("SET session_replication_role = replica")
    sample = [
        seal_chunk(data, data_key=bytes(32), place=b"") for data in _month(BACKGROUND_INVOICES)
    ]
    sizes = [len(ciphertext) for _, ciphertext in sample]
    for invoices, party in parties.items():
        _copy(admin, _sealed_firm(party, invoices))
    some = next(iter(parties.values()))
    for _ in range(background):
        _copy(admin, _noise_firm(some, sizes))
    admin.execute("SET session_replication_role = DEFAULT")
    admin.execute("VACUUM ANALYZE")
    admin.execute("CHECKPOINT")  # what is still to be written is not part of reading


def _sealed_firm(party: Party, invoices: int) -> dict[str, list[Sequence[object]]]:
    import_id, data_key = uuid4(), new_data_key()
    recipient = load_public_keys(settings.VAULT_PUBLIC_KEY).keys[0]
    place = key_place(firm_id=party.firm_id, import_id=import_id)
    public = recipient.public_key
    if not isinstance(public, X25519PublicKey):
        raise TypeError("The vault's public key must be an X25519 key.")
    wrapped = wrap_key(data_key, recipient=public, place=place)
    chunks: list[Sequence[object]] = []
    for month in months_between(party.first, party.last):
        for kind, data in zip(("records", "summary"), _month(invoices, month), strict=True):
            where = chunk_place(
                firm_id=party.firm_id,
                import_id=import_id,
                category=CATEGORY,
                month=month,
                kind=kind,
            )
            nonce, ciphertext = seal_chunk(data, data_key=data_key, place=where)
            chunks.append(_chunk(import_id, party.firm_id, month, kind, nonce, ciphertext))
    return _firm(party, party.firm_id, import_id, (str(recipient.kid), wrapped), chunks)


def _noise_firm(like: Party, sizes: Sequence[int]) -> dict[str, list[Sequence[object]]]:
    import_id, firm_id = uuid4(), uuid4()
    chunks = [
        _chunk(import_id, firm_id, month, kind, os.urandom(12), os.urandom(size))
        for month in months_between(like.first, like.last)
        for kind, size in zip(("records", "summary"), sizes, strict=True)
    ]
    return _firm(like, firm_id, import_id, ("noise", os.urandom(80)), chunks)


def _firm(
    span: Party,
    firm_id: UUID,
    import_id: UUID,
    key: tuple[str, bytes],
    chunks: list[Sequence[object]],
) -> dict[str, list[Sequence[object]]]:
    months = (span.first.first, span.last.first, span.last.first)
    return {
        "import": [(import_id, firm_id, uuid4(), CATEGORY, *months, "0" * 64)],
        "firm_key": [(import_id, firm_id, *key)],
        "chunk": chunks,
        "completion": [(import_id, firm_id, len(chunks))],
    }


def _chunk(
    import_id: UUID, firm_id: UUID, month: Month, kind: str, nonce: bytes, ciphertext: bytes
) -> Sequence[object]:
    return (import_id, firm_id, CATEGORY, month.first, kind, VERSION, nonce, ciphertext)


def _copy(admin: psycopg.Connection[Any], rows: dict[str, list[Sequence[object]]]) -> None:
    with admin.cursor() as cursor:
        for table, columns in _TABLES.items():
            with cursor.copy(f"COPY vault.{table} ({columns}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)


def _month(invoices: int, month: Month | None = None) -> Iterator[bytes]:
    """Records and roll-up of one month of a firm with so many invoices in all."""
    month = month or _newest_month()
    records = [_record(month, number) for number in range(max(1, invoices // MONTHS))]
    yield encode_records(records)
    yield summarise_month(records, month=str(month)).to_json()


def _record(month: Month, number: int) -> Record:
    net_fen = 100_000 + number * 7_919 % 5_000_000
    return Record(
        direction="sale" if number % 2 else "purchase",
        number=f"{month}-{number:08d}",
        issued_on=date(month.year, month.month, 1 + number % 28),
        counterparty=f"91990000{number % 97:010d}",
        net_fen=net_fen,
        vat_fen=net_fen // 10,
        gross_fen=net_fen + net_fen // 10,
    )


def _newest_month() -> Month:
    return Month.of(datetime.now(SHANGHAI)) - 1


def _new_uscc() -> str:
    base = "91990000" + uuid4().hex[:9].upper().translate(str.maketrans("IOSVZ", "11111"))
    return base + uscc_number.calc_check_digit(base)
