"""Telling the tax authority that a consent is over, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from joserfc.jwk import OKPKey

from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Retry
from portal.core.wire import SigningKey, load_public_keys
from portal.taxdata.models import AuthorityNotice
from portal.taxdata.notify_authority import notify_authority, wait_after
from tests.gate.parties import Parties, granted
from tests.outbox import events_about
from tests.personas import keys
from tests.taxdata.authority import Authority, authority_of, connected
from tests.taxdata.fetched import parties
from tests.taxdata.intake import as_intake

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_the_authority_hears_of_a_withdrawal_once(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties, down=1)
    with pytest.raises(Cancelled):
        notify(consent, authority)
    assert authority.calls == [], "nothing to tell while the consent stands"
    stop_consent(parties.actor, consent_id=consent)
    with pytest.raises(Retry):
        notify(consent, authority)
    notify(consent, authority)
    notify(consent, authority)
    assert authority.calls.count("revoke") == 2
    assert len(events_about(f"consent:{consent}", kind="authority.notified")) == 1
    assert AuthorityNotice.objects.filter(consent_id=consent).exists()


def test_an_authority_that_is_down_for_long_hears_of_it_in_the_end(parties: Parties) -> None:
    consent, authority = granted(parties), authority_of(parties, down=12)
    stop_consent(parties.actor, consent_id=consent)
    for _attempt in range(12):
        with pytest.raises(Retry) as again:
            notify(consent, authority)
        assert again.value.seconds == 60
    assert not AuthorityNotice.objects.filter(consent_id=consent).exists()
    notify(consent, authority)
    assert AuthorityNotice.objects.filter(consent_id=consent).exists()


def test_the_waits_double_up_to_an_hour() -> None:
    age, tries = timedelta(0), 0
    while age < timedelta(hours=5):
        age += timedelta(seconds=wait_after(age))
        tries += 1
    assert [wait_after(timedelta(minutes=m)) for m in (0, 1, 10, 60, 999)] == [
        *(60, 60, 600, 3600, 3600)
    ]
    assert tries == 11


@pytest.mark.parametrize("claim", ["consent", "artefact_sha256"])
def test_an_acknowledgement_of_something_else_is_not_taken(parties: Parties, claim: str) -> None:
    _not_taken(parties, authority_of(parties, claims={claim: str(uuid4())}))


def test_an_acknowledgement_by_another_key_is_not_taken(parties: Parties) -> None:
    key = OKPKey.generate_key("Ed25519")
    _not_taken(parties, authority_of(parties, key=SigningKey(kid=key.thumbprint(), key=key)))


def _not_taken(parties: Parties, authority: Authority) -> None:
    """And is asked for again, until the right one comes."""
    consent = granted(parties)
    stop_consent(parties.actor, consent_id=consent)
    with pytest.raises(Retry):
        notify(consent, authority)
    assert not AuthorityNotice.objects.filter(consent_id=consent).exists()
    assert events_about(f"consent:{consent}", kind="authority.notified") == []
    authority.claims, authority.key = {}, None
    notify(consent, authority)
    assert AuthorityNotice.objects.filter(consent_id=consent).exists()


def notify(consent: UUID, authority: Authority) -> None:
    with connected(authority) as connector, as_intake():
        notify_authority(
            consent,
            connector=connector,
            authority_keys=load_public_keys(settings.AUTHORITY_PUBLIC_KEYS),
        )
