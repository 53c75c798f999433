"""Personas, and one application of sara's firm at bank A that waits for a decision."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoDbBlocker

from ledger.format.note_keys import Signer
from ledger.keys import origin
from ledger.kinds import EventKind
from ledger.queries import entries_page
from ledger.sequencer import Sequencer
from portal.accounts.api_token_models import Scope
from portal.accounts.create_api_token import create_api_token
from portal.accounts.revoke_api_token import revoke_api_token
from portal.applications.add_document import add_document
from portal.applications.document_models import DocumentKind
from portal.core.actor import Actor
from portal.oversight.models import Cause
from portal.oversight.withdraw_complaint import withdraw_complaint
from portal.products.queries import version_in_force
from scoring.models import DisputeAbout
from scoring.open_dispute import open_dispute
from scoring.portfolio.models import PortfolioRun
from tests.access.matrix import World
from tests.applications.cases import new_product, under_review
from tests.applications.files import PICTURE
from tests.disclosure.requests import asked, terms_about
from tests.invoices.desk import attached, sale_of, uploads
from tests.oversight.cases import opened
from tests.oversight.complaints import filed
from tests.personas import People, signed_in_client
from tests.scoring.model_files import active
from tests.scoring.watched import Watch
from tests.use_cases.scenarios_consents import bank_asks, live_outside_applications
from tests.use_cases.scenarios_loans import opened as loan_opened
from tests.use_cases.scenarios_mandates import mandate_of


def champion_id() -> UUID:
    champion = active()
    assert champion is not None
    return champion.id


@pytest.fixture(scope="session")
def world(cast: People, django_db_blocker: DjangoDbBlocker) -> World:
    """The objects that the addresses of the matrix name."""
    with django_db_blocker.unblock():
        product = new_product(cast.bo.organisation_id)
        case = under_review(cast.sara, product)
        consent = live_outside_applications(cast)
        assert case.score_id is not None
        dispute = open_dispute(
            cast.sara, score_id=case.score_id, about=DisputeAbout.OTHER, statement="Please look."
        )
        (invoice,) = attached(cast.sara, case, uploads(sale_of(cast.sara, 190)))
        document = add_document(
            cast.sara,
            application_id=case.id,
            kind=DocumentKind.ORDER,
            name="order.png",
            data=PICTURE,
        )
        assert Sequencer(own_signer(), using="sequencer").drain(patience=20)
        return World(
            application_id=case.id,
            funding_id=case.funding_id,
            consent_id=consent,
            event_id=granting_of(consent),
            request_id=bank_asks(cast.ben, cast),
            product_id=product.id,
            version_id=version_in_force(product.id).id,
            score_id=case.score_id,
            dispute_id=dispute.id,
            document_id=document.id,
            attachment_id=invoice.id,
            token_id=ended_token(cast),
            offer_id=case.id,
            reference=case.reference,
            digest="0" * 64,
            language="en",
            rest="v1/nothing/",
            token="no-such-link",
            seq=entries_page(kind=EventKind.EMAIL_CONFIRMED, size=1).entries[0].seq,
            person_id=cast.bo.person_id,
            incident_id=opened(Cause.PROOF).id,
            complaint_id=taken_back(cast.sara, case.score_id),
            model_id=champion_id(),
            disclosure_id=asked(cast, terms_about(cast.sara.person_id)).id,
            mandate_id=mandate_of(cast.sara, cast.sam),
            about="score",
            subject_id=case.score_id,
            run_id=watched_over(cast).id,
            loan_id=loan_opened(cast).id,
            name="ecny",
        )


def granting_of(consent: UUID) -> UUID:
    """The event that the consent began with."""
    (entry,) = entries_page(kind=EventKind.CONSENT_GRANTED, subject=f"consent:{consent}").entries
    assert entry.event_id is not None
    return entry.event_id


def watched_over(cast: People) -> PortfolioRun:
    """A run of bank A that nobody works off."""
    assert cast.bo.organisation_id is not None
    watch = Watch(cast.bo.organisation_id)
    watch.add()
    return watch.started()


def own_signer() -> Signer:
    """The ledger's own: entries have receipts."""
    return Signer.from_pem(origin(), (settings.KEYS_DIR / "ledger" / "signing.pem").read_bytes())


def taken_back(actor: Actor, score_id: UUID) -> UUID:
    """A complaint that waits no longer."""
    return withdraw_complaint(actor, complaint_id=filed(actor, score_id).id).id


def ended_token(cast: People) -> UUID:
    """Of bank A."""
    scopes = [Scope.APPLICATIONS]
    made = create_api_token(cast.boss, name="Loan register", scopes=scopes, days=30)
    return revoke_api_token(cast.boss, token_id=made.token.id).id


@pytest.fixture(scope="session")
def clients(cast: People, django_db_blocker: DjangoDbBlocker) -> dict[str, Client]:
    """A signed-in browser per persona, and one of nobody."""
    with django_db_blocker.unblock():
        found = {name: signed_in_client(actor) for name, actor in cast.by_name().items()}
    return {"nobody": Client(), **found}
