"""Telling the tax authority that a consent is over."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.conf import settings

from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Retry
from portal.core.wire import load_public_keys
from portal.taxdata.models import AuthorityNotice
from portal.taxdata.notify_authority import notify_authority
from tests.gate.parties import Parties, granted, new_parties
from tests.outbox import events_about
from tests.taxdata.authority import StandIn, authority_of
from tests.taxdata.intake import as_intake

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def parties(keys: None, transactional_db: None) -> Parties:
    return new_parties()


def test_the_authority_hears_of_a_withdrawal_once(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties, down=1)
    with as_intake(), pytest.raises(Cancelled):
        _notify(consent, authority)
    stop_consent(parties.actor, consent_id=consent)
    with as_intake():
        with pytest.raises(Retry):
            _notify(consent, authority)
        _notify(consent, authority)
        _notify(consent, authority)
    assert authority.calls.count("revoke") == 2
    assert len(events_about(f"consent:{consent}", kind="authority.notified")) == 1
    assert AuthorityNotice.objects.filter(consent_id=consent).exists()


def test_an_acknowledgement_of_another_consent_is_not_taken(parties: Parties) -> None:
    consent = granted(parties)
    stop_consent(parties.actor, consent_id=consent)
    with as_intake(), pytest.raises(Retry):
        _notify(consent, authority_of(parties, claims={"consent": str(uuid4())}))
    assert not AuthorityNotice.objects.filter(consent_id=consent).exists()


def _notify(consent: UUID, authority: StandIn) -> None:
    notify_authority(
        consent,
        connector=authority,
        authority_keys=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
    )
