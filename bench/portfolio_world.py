"""A bank and its firms for `bench/portfolio.py`: consents signed and chunks sealed for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.conf import settings

from bench.consent_world import CATEGORY, EVIDENCE, Party, new_party
from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.request_consent import request_consent
from portal.consents.signing import grant
from portal.consents.vault_places import chunk_place, key_place
from portal.core.months import Month, months_between
from portal.core.sealing import VERSION, new_data_key, seal_chunk, wrap_key
from portal.core.wire import Typ, load_public_keys, load_signing_key, sign
from scoring.engine.signals.traces import trace_month
from scoring.engine.summary import Record, summarise_month

AT_ONCE, SHAPES, BUYERS = 500, 40, 6
_SERIAL = "no"
_TABLES = {
    "vault.import": "id, firm, consent, category, first_month, last_month, as_of_month, "
    "manifest_sha256",
    "vault.firm_key": "import, firm, vault_kid, wrapped",
    "vault.chunk": "import, firm, category, month, kind, version, nonce, ciphertext",
    "vault.completion": "import, firm, chunks",
    "taxdata_import": "id, firm_id, consent_id, category, status, first_month, last_month, "
    "as_of_month, started_at, finished_at, shifted_months, session, records, gaps, tries, error, "
    "authority_message",
}
Connection = psycopg.Connection[Any]
Months = Sequence[tuple[Month, dict[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The one consent that was given through the door; the others are its copies, signed anew."""

    party: Party
    row: dict[str, Any]
    artefact: Artefact


def fill(admin: Connection, firms: int) -> UUID:
    """So many firms of one new bank, as the superuser and with triggers off; the bank's id.

    Each has a document of its own under the signer's key and chunks under a key of its own, so
    that nothing the gate, the door or the worker checks is left out. What is copied is the rows'
    shape; there is no request, mandate or ledger entry behind the copies.
    """
    pattern, shapes = _pattern(admin), [_months(number) for number in range(SHAPES)]
    admin.execute("SET session_replication_role = replica")
    _store(admin, [pattern.row], [shapes[0]])
    for first in range(1, firms, AT_ONCE):
        some = range(first, min(first + AT_ONCE, firms))
        _put(admin, pattern, [shapes[number % SHAPES] for number in some])
    admin.execute("SET session_replication_role = DEFAULT")
    admin.execute("VACUUM ANALYZE")
    return pattern.party.bank_id


def _pattern(admin: Connection) -> Pattern:
    party = new_party()
    request = request_consent(
        party.actor,
        firm_id=party.firm_id,
        bank_id=party.bank_id,
        purpose="monitoring",
        categories=[CATEGORY],
        first_month=party.first,
        last_month=party.last,
    )
    consent = grant(request, person_id=party.person_id, evidence=EVIDENCE, using="signer")
    cursor = admin.execute("SELECT * FROM gate.consent WHERE id = %s", [consent])
    found, names = cursor.fetchone(), [column.name for column in cursor.description or ()]
    row = dict(zip(names, found or (), strict=True))
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    return Pattern(party, row, verified_artefact(row["jws"], keys=keys))


def _put(admin: Connection, pattern: Pattern, firms: Sequence[Months]) -> None:
    consents = [_consent(pattern) for _ in firms]
    columns = [name for name in pattern.row if name != _SERIAL]
    _copy(
        admin, "gate.consent", ", ".join(columns), [[one[n] for n in columns] for one in consents]
    )
    _store(admin, consents, firms)


def _store(admin: Connection, consents: Sequence[dict[str, Any]], firms: Sequence[Months]) -> None:
    rows: dict[str, list[Sequence[object]]] = {table: [] for table in _TABLES}
    for consent, months in zip(consents, firms, strict=True):
        _seal(rows, consent, months)
    for table, names in _TABLES.items():
        _copy(admin, table, names, rows[table])


def _consent(pattern: Pattern) -> dict[str, Any]:
    firm = replace(pattern.artefact.firm, id=uuid4())
    made = replace(pattern.artefact, id=uuid4(), firm=firm)
    payload = made.encode().decode()
    jws = sign(made.claims(), typ=Typ.CONSENT, key=load_signing_key(settings.SIGNER_KEY))
    return {**pattern.row, "id": made.id, "firm": firm.id, "payload": payload, "jws": jws}


def _seal(rows: dict[str, list[Sequence[object]]], consent: dict[str, Any], months: Months) -> None:
    import_id, firm_id, data_key = uuid4(), consent["firm"], new_data_key()
    recipient = load_public_keys(settings.VAULT_PUBLIC_KEY).keys[0]
    public = recipient.public_key
    if not isinstance(public, X25519PublicKey):
        raise TypeError("The vault's public key must be an X25519 key.")
    wrapped = wrap_key(
        data_key, recipient=public, place=key_place(firm_id=firm_id, import_id=import_id)
    )
    span = (consent["first_month"], consent["last_month"], consent["last_month"])
    rows["vault.import"].append((import_id, firm_id, consent["id"], CATEGORY, *span, "0" * 64))
    rows["vault.firm_key"].append((import_id, firm_id, str(recipient.kid), wrapped))
    made = 0
    for month, kinds in months:
        for kind, data in kinds.items():
            where = chunk_place(
                firm_id=firm_id, import_id=import_id, category=CATEGORY, month=month, kind=kind
            )
            sealed = seal_chunk(data, data_key=data_key, place=where)
            rows["vault.chunk"].append(
                (import_id, firm_id, CATEGORY, month.first, kind, VERSION, *sealed)
            )
            made += 1
    rows["vault.completion"].append((import_id, firm_id, made))
    told = (import_id, firm_id, consent["id"], CATEGORY, "stored", *span)
    times = (consent["granted_at"], consent["granted_at"])
    rows["taxdata_import"].append((*told, *times, 0, "", made, "{}", 0, "", ""))


def _copy(admin: Connection, table: str, columns: str, rows: list[Sequence[object]]) -> None:
    with admin.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _months(shape: int) -> Months:
    """Two years of one kind of firm: its summaries and traces; raw records are not read here."""
    last = Month.of(datetime.now(UTC)) - 1
    months = months_between(last - 23, last)
    return [(month, dict(_kinds(month, place, shape))) for place, month in enumerate(months)]


def _kinds(month: Month, place: int, shape: int) -> Iterator[tuple[str, bytes]]:
    records = [_record(month, place, shape, number) for number in range(8 + shape % 9)]
    yield "summary", summarise_month(records, month=str(month)).to_json()
    yield "traces", trace_month(records, month=str(month)).to_json()


def _record(month: Month, place: int, shape: int, number: int) -> Record:
    net_fen = 300_000 + (shape * 7_919 + place * 104_729 + number * 15_485) % 9_000_000
    return Record(
        direction="purchase" if number % 3 == 2 else "sale",
        number=f"{month}-{number:08d}",
        issued_on=date(month.year, month.month, 1 + number * 3 % 28),
        counterparty=f"91990000{(number + shape) % BUYERS:010d}",
        net_fen=net_fen,
        vat_fen=net_fen // 10,
        gross_fen=net_fen + net_fen // 10,
    )
