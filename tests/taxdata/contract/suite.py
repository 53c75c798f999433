"""What every tax authority's adapter has to pass, whatever it speaks on the other side.

For an adapter of your own: subclass `ConnectorContract` in a test module beside this one, and give
it a fixture ``other_side`` with an `OtherSide`: the adapter, talking to a real authority (or to its
test system) that can be made to behave badly. Nothing here knows HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol
from uuid import uuid4

import pytest
from joserfc.jwk import KeySet

from portal.consents.artefact import Artefact
from portal.consents.purposes import Category
from portal.core.months import Month
from portal.core.wire import Typ, digest, new_session_key, verify
from portal.taxdata.connector import (
    AuthorityRefused,
    Connector,
    OpenedSession,
    Request,
    Unreachable,
)
from portal.taxdata.package import Asked, Manifest, checked_manifest
from portal.taxdata.pages import finished_months, opened_records
from portal.taxdata.receiving import LOST
from portal.taxdata.records import TaxRecord, period_of


class Behaviour(StrEnum):
    """How an authority can fail without meaning to."""

    DOWN = "down"
    SILENT = "silent"
    DRIPPING = "dripping"
    CUT_OFF = "cut off"
    FAILING = "failing"
    BUSY = "busy"
    NONSENSE = "nonsense"
    ELSEWHERE = "elsewhere"
    ENDLESS = "endless"


class OtherSide(Protocol):
    """The adapter under test, and the authority it talks to."""

    @property
    def connector(self) -> Connector:
        """The adapter, told to give up on one answer within a second or so."""

    @property
    def keys(self) -> KeySet:
        """The authority's pinned keys."""

    def consent(self) -> tuple[str, Artefact]:
        """A fresh one-time consent to all four categories of a firm that has filed each."""

    def behaving(self, how: Behaviour) -> AbstractContextManager[None]:
        """Within, the authority fails in this way; after, it is well again."""


class Conversation:
    """One consent, and what is asked under it."""

    def __init__(self, side: OtherSide) -> None:
        self.side, self.fetch_id = side, str(uuid4())
        self.jws, self.artefact = side.consent()

    def asked(self, category: Category, first: Month | None = None) -> Asked:
        return Asked(
            artefact=self.artefact,
            artefact_sha256=digest(self.jws),
            category=category,
            first_month=first or self.artefact.first_month,
            last_month=self.artefact.last_month,
            session_key=new_session_key(),
        )

    def open(self, asked: Asked, *, fetch_id: str = "", category: str = "") -> OpenedSession:
        return self.side.connector.open_session(
            Request(
                artefact=self.jws,
                category=category or asked.category.value,
                fetch_id=fetch_id or self.fetch_id,
                first_month=asked.first_month,
                last_month=asked.last_month,
                session_key=asked.session_key,
            )
        )

    def manifest(self, asked: Asked, opened: OpenedSession) -> Manifest:
        return checked_manifest(
            opened.manifest, keys=self.side.keys, session=opened.id, asked=asked, now=time.time()
        )

    def months(self, asked: Asked, manifest: Manifest) -> dict[Month, list[TaxRecord]]:
        numbers = range(1, len(manifest.pages) + 1)
        pages = (
            opened_records(
                self.side.connector.page(manifest.session, number),
                number=number,
                manifest=manifest,
                session_key=asked.session_key,
            )
            for number in numbers
        )
        return dict(finished_months(pages, manifest))

    def revoke(self) -> str:
        return self.side.connector.revoke(
            consent=str(self.artefact.id),
            artefact_sha256=digest(self.jws),
            at="2026-01-01T00:00:00+00:00",
        )


class ConnectorContract:
    """The tests; the class that inherits them gives ``other_side``."""

    @pytest.fixture
    def talk(self, other_side: OtherSide) -> Conversation:
        return Conversation(other_side)

    @pytest.mark.parametrize("category", Category)
    def test_a_category_comes_whole_and_month_by_month(
        self, talk: Conversation, category: Category
    ) -> None:
        asked = talk.asked(category)
        manifest = talk.manifest(asked, talk.open(asked))
        months = talk.months(asked, manifest)
        assert sum(map(len, months.values())) == manifest.records > 0
        assert list(months) == sorted(months)
        for month, records in months.items():
            assert {period_of(record)[1] for record in records} == {month}

    def test_a_later_session_of_a_fetch_brings_the_later_months_only(
        self, talk: Conversation
    ) -> None:
        whole = talk.asked(Category.VAT_INVOICES)
        rest = talk.asked(Category.VAT_INVOICES, first=talk.artefact.last_month - 2)
        first, later = talk.open(whole), talk.open(rest)
        assert first.id != later.id
        manifest = talk.manifest(rest, later)
        assert manifest.months == talk.manifest(whole, first).months
        assert min(talk.months(rest, manifest)) >= rest.first_month

    def test_a_page_may_be_asked_for_again(self, talk: Conversation) -> None:
        opened = talk.open(talk.asked(Category.VAT_INVOICES))
        page = talk.side.connector.page(opened.id, 1)
        assert talk.side.connector.page(opened.id, 1) == page

    def test_a_one_time_consent_is_good_for_one_fetch(self, talk: Conversation) -> None:
        talk.open(talk.asked(Category.VAT_INVOICES))
        with pytest.raises(AuthorityRefused):
            talk.open(talk.asked(Category.VAT_INVOICES), fetch_id=str(uuid4()))

    def test_a_category_that_is_none_is_refused(self, talk: Conversation) -> None:
        with pytest.raises(AuthorityRefused):
            talk.open(talk.asked(Category.VAT_INVOICES), category="customs_duties")

    def test_an_altered_consent_is_refused(self, talk: Conversation) -> None:
        head, payload, _ = talk.jws.split(".")
        talk.jws = f"{head}.{payload}.{'A' * 86}"
        with pytest.raises(AuthorityRefused):
            talk.open(talk.asked(Category.VAT_INVOICES))

    def test_an_unknown_session_and_page_are_said_to_be_so(self, talk: Conversation) -> None:
        opened = talk.open(talk.asked(Category.VAT_INVOICES))
        for session, number in ((str(uuid4()), 1), (opened.id, 9_999)):
            with pytest.raises(AuthorityRefused) as refused:
                talk.side.connector.page(session, number)
            assert refused.value.code in LOST

    def test_a_revocation_is_acknowledged_and_ends_open_sessions(self, talk: Conversation) -> None:
        opened = talk.open(talk.asked(Category.VAT_INVOICES))
        talk.side.connector.page(opened.id, 1)
        for token in (talk.revoke(), talk.revoke()):
            told = verify(token, typ=Typ.ACKNOWLEDGEMENT, keys=talk.side.keys)
            assert told["consent"] == str(talk.artefact.id)
            assert told["artefact_sha256"] == digest(talk.jws)
        with pytest.raises(AuthorityRefused):
            talk.side.connector.page(opened.id, 1)
        with pytest.raises(AuthorityRefused):
            talk.open(talk.asked(Category.VAT_INVOICES))

    @pytest.mark.parametrize("how", Behaviour)
    def test_a_failing_authority_is_unreachable_and_then_well_again(
        self, talk: Conversation, how: Behaviour
    ) -> None:
        """In every call, and soon: a worker waits for it."""
        opened = talk.open(talk.asked(Category.VAT_INVOICES))
        calls: dict[str, Callable[[], object]] = {
            "open": lambda: talk.open(talk.asked(Category.VAT_RETURNS)),
            "page": lambda: talk.side.connector.page(opened.id, 1),
            "revoke": talk.revoke,
        }
        for call in calls.values():
            if call == calls["page"] and how is Behaviour.NONSENSE:
                continue  # a page is opaque to the adapter: its digest tells
            with talk.side.behaving(how):
                started = time.monotonic()
                with pytest.raises(Unreachable):
                    call()
                assert time.monotonic() - started < 15
            call()
