"""Who looked at a firm's tax data: every use and every refusal that the ledger has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from ledger.queries import Entry, entries_at
from portal.consents.closings import closings_of
from portal.consents.given_terms import GivenTerms, terms_given_by
from portal.core.actor import Actor, OrganisationKind
from portal.core.errors import NotFound
from portal.jobs.queries import finished_at
from portal.oversight.looks import RECORDED_AS, Look, LookFilter, job_of, ticket_of
from portal.oversight.party_models import PartyEntry

_T = TypeVar("_T")
PAGE_SIZE = 25
BATCH = 500


@dataclass(frozen=True, slots=True)
class LooksPage:
    """The newest first, and the ``before`` of the next older page (None: no more)."""

    looks: tuple[Look, ...]
    older_before: int | None


@dataclass(frozen=True, slots=True)
class Looks:
    """The looks at one firm's data, with everything it has allowed so far, newest first."""

    firm_id: UUID
    given: Mapping[UUID, GivenTerms]

    def page(
        self, wanted: LookFilter, *, before: int | None = None, size: int = PAGE_SIZE
    ) -> LooksPage:
        """Those that ``wanted`` asks for, below ledger number ``before``."""
        found = self._listed(wanted)
        if before is not None:
            found = found.filter(seq__lt=before)
        seqs = list(found.order_by("-seq").values_list("seq", flat=True)[: size + 1])
        entries = entries_at(seqs[:size])
        return LooksPage(self._looks(entries), seqs[size - 1] if len(seqs) > size else None)

    def all(self, wanted: LookFilter, *, size: int = BATCH) -> Iterator[tuple[Look, ...]]:
        """Every one that ``wanted`` asks for, in batches: as many as there may be."""
        before = None
        while True:
            page = self.page(wanted, before=before, size=size)
            yield page.looks
            before = page.older_before
            if before is None:
                return

    def _listed(self, wanted: LookFilter) -> QuerySet[PartyEntry]:
        kinds = [RECORDED_AS[wanted.kind]] if wanted.kind else list(RECORDED_AS.values())
        found = PartyEntry.objects.filter(organisation_id=self.firm_id, kind__in=kinds)
        if wanted.consent_id or wanted.bank_id:
            found = found.filter(subject__in=self._subjects(wanted))
        if wanted.since:
            found = found.filter(at__gte=wanted.since)
        return found.filter(at__lt=wanted.until) if wanted.until else found

    def _subjects(self, wanted: LookFilter) -> list[str]:
        """The consents asked for, as the ledger names them."""
        return [
            terms.ref
            for terms in self.given.values()
            if wanted.consent_id in (None, terms.consent_id)
            and wanted.bank_id in (None, terms.bank_id)
        ]

    def _looks(self, entries: Sequence[Entry]) -> tuple[Look, ...]:
        by_ref = {terms.ref: terms for terms in self.given.values()}
        windows = closings_of(_ids(map(ticket_of, entries)))
        over = finished_at(_ids(map(job_of, entries)))
        return tuple(
            Look(
                entry,
                by_ref.get(entry.subject),
                window=_found(windows, ticket_of(entry)),
                over_at=_found(over, job_of(entry)),
            )
            for entry in entries
        )


def _ids(named: Iterable[UUID | None]) -> list[UUID]:
    return [each for each in named if each is not None]


def _found(of: Mapping[UUID, _T], named: UUID | None) -> _T | None:
    return None if named is None else of.get(named)


def looks_at(actor: Actor, *, consent_id: UUID | None = None) -> Looks:
    """The looks at the data of the actor's firm.

    NotFound for anybody but a firm's people, and for a consent that is not this firm's.
    """
    if actor.organisation_kind is not OrganisationKind.FIRM or actor.organisation_id is None:
        raise NotFound(code="looks_missing")
    given = terms_given_by(actor)
    if consent_id is not None and consent_id not in given:
        raise NotFound(code="consent_missing")
    return Looks(actor.organisation_id, given)
