"""Putting simulated firms into the store, with people who can sign in for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from portal.core.months import Month
from portal.sandbox.taxauthority.models import Firm, Packet
from portal.sandbox.taxauthority.records.packing import pack
from portal.sandbox.taxauthority.records.usccs import synthetic_uscc
from portal.sandbox.taxauthority.simulation.filings import firm_filings
from portal.sandbox.taxauthority.simulation.generate import firm_lines
from portal.sandbox.taxauthority.simulation.names import accounts, firm_names, industry_of
from portal.sandbox.taxauthority.store.accounts import ensure_mandate, ensure_person, hashed
from portal.sandbox.taxauthority.store.filings import has_filed, keep_filings
from portal.sandbox.taxauthority.store.firms import served_as_of


@dataclass
class SimulationReport:
    """What a run added; firms made by an earlier run with the same seed are left as they are."""

    made: int = 0
    kept: int = 0
    invoices: int = 0


@transaction.atomic
def simulate_firms(
    count: int,
    *,
    seed: int,
    last: Month,
    password: str,
    renew_passwords: bool,
    tell: Callable[[str], None] = lambda line: None,
) -> SimulationReport:
    """Make firms 1 to ``count`` of this seed and their people, all or none."""
    report = SimulationReport()
    password_hash = hashed(password)
    for index in range(1, count + 1):
        firm, made = _firm(index, seed=seed, last=last)
        if made:
            report.made += 1
            report.invoices += _fill(firm, index, seed=seed, last=last)
        else:
            report.kept += 1
            _fill_filings(firm, index, seed=seed)
        for account in accounts(index):
            person = ensure_person(
                login=account.login,
                name=account.name,
                password_hash=password_hash,
                renew=renew_passwords,
            )
            ensure_mandate(person, firm, account.role)
        if not index % 50:
            tell(f"{index} of {count} firms …")
    return report


def _firm(index: int, *, seed: int, last: Month) -> tuple[Firm, bool]:
    code = f"SIM-{seed}-{index:04d}"
    name, name_zh = firm_names(index)
    return Firm.objects.get_or_create(
        code=code,
        defaults={
            "uscc": synthetic_uscc(code),
            "name": name,
            "name_zh": name_zh,
            "industry": industry_of(index),
            "is_simulated": True,
            "as_of_month": last.first,
        },
    )


def _fill_filings(firm: Firm, index: int, *, seed: int) -> None:
    """For a firm made before the authority kept filings."""
    if not has_filed(firm):
        last = served_as_of(firm)
        lines = firm_lines(index, seed=seed, last=last)
        keep_filings(firm.id, firm_filings(index, lines, seed=seed, last=last))


def _fill(firm: Firm, index: int, *, seed: int, last: Month) -> int:
    packets = []
    made = firm_lines(index, seed=seed, last=last)
    keep_filings(firm.id, firm_filings(index, made, seed=seed, last=last))
    for (direction, month), lines in made.items():
        packed = pack(lines)
        packets.append(
            Packet(
                firm=firm,
                direction=direction,
                month=month.first,
                rows=packed.rows,
                digest=packed.digest,
                content=packed.content,
            )
        )
    Packet.objects.bulk_create(packets)
    return sum(packet.rows for packet in packets)
