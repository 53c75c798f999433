"""The worker's requests are for the authority that the settings name, whichever that is."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from portal.core.jobs import Job
from portal.jobs.registry import handler_for
from portal.taxdata.queries import fetch_outcome
from tests.gate.parties import Parties, granted
from tests.personas import keys
from tests.taxdata.authority import authority_of
from tests.taxdata.fetched import parties
from tests.taxdata.intake import Steps, as_intake, run_of
from tests.taxdata.web_party import served

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_the_request_is_for_the_authority_that_the_consent_names(
    parties: Parties, settings: Settings
) -> None:
    settings.AUTHORITY_ISSUER = "another-authority"
    consent, authority = granted(parties), authority_of(parties)
    with served(authority) as settings.TAX_AUTHORITY_API_URL, as_intake():
        handler_for(Job.FETCH_TAX_DATA)(run_of(consent, Steps()))
    assert authority.last_session.asked["aud"] == "another-authority"
    outcome = fetch_outcome(consent)
    assert outcome is not None
    assert outcome.is_complete
