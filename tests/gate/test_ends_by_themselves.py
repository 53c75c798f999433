"""A consent that runs out or loses its key: what follows from every end follows from these, too."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db.models import Model
from django.utils import timezone

from portal.consents.figures import figures_are_left
from portal.consents.note_ends import note_ends
from portal.consents.notices import tell_firm_of_end
from portal.consents.queries import consent_for
from portal.consents.receipts import erasing_of
from portal.consents.renew_erasing import renew_erasing
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Job
from portal.jobs.models import JobRow, JobStatus
from portal.taxdata.erasing import sweep_vault
from scoring.erase_features import erase_features
from scoring.tasks import WORKER
from tests.applications.cases import as_vault_worker
from tests.gate.conftest import Open
from tests.gate.figures import KINDS, with_figures
from tests.gate.parties import Connection, Parties, granted, rewritten, sealed, value
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def noted() -> None:
    """Round after round: other tests of this database leave work, too."""
    while note_ends(using="watchdog"):
        pass


def jobs_about(*subjects: str) -> list[str]:
    return sorted(JobRow.objects.filter(subject__in=subjects).values_list("name", flat=True))


def key_revoked(admin: Connection, opened: Open, consent: UUID) -> None:
    """The key of this consent alone: every other one of this database has the same."""
    kid = f"lost-{consent}"
    rewritten(admin, consent, f"kid = '{kid}'")
    opened("owner").execute("SELECT gate.revoke_key(%s, 'lost')", [kid])


def test_a_revoked_key_is_followed_up_once(
    admin: Connection, opened: Open, parties: Parties
) -> None:
    application = uuid4()
    consent = granted(parties, application_id=application)
    sealed(parties, consent)
    key_revoked(admin, opened, consent)
    for _ in range(2):
        noted()
    assert jobs_about(f"consent:{consent}", f"application:{application}") == sorted(
        [Job.ADVANCE_APPLICATION, Job.ERASE_FEATURES, Job.NOTIFY_AUTHORITY, Job.TELL_CONSENT_ENDED]
    )
    kinds = [event["kind"] for event in events_about(f"consent:{consent}")]
    assert kinds == ["consent.granted", "consent.key_revoked"]
    view = consent_for(parties.actor, consent)
    assert view.ended_at == view.over_since
    tell_firm_of_end(consent)
    while sweep_vault(using="watchdog"):
        pass
    erasing = erasing_of(view)
    assert erasing is not None
    assert (erasing.chunks, erasing.is_complete) == (36, True)


def test_an_expiry_is_followed_up_once_and_needs_no_word_to_the_authority(
    admin: Connection, parties: Parties
) -> None:
    consent = granted(parties)
    rewritten(admin, consent, "expires_at = clock_timestamp()")
    for _ in range(2):
        noted()
    assert jobs_about(f"consent:{consent}") == sorted(
        [Job.ADVANCE_APPLICATION, Job.ERASE_FEATURES, Job.TELL_CONSENT_ENDED]
    )
    assert consent_for(parties.actor, consent).ended_at is None


def test_what_ended_first_is_what_is_noted(
    admin: Connection, opened: Open, parties: Parties
) -> None:
    withdrawn, expired, revoked = (granted(parties) for _ in range(3))
    stop_consent(parties.actor, consent_id=withdrawn)
    rewritten(admin, expired, "expires_at = clock_timestamp()")
    for consent in (withdrawn, expired, revoked):
        key_revoked(admin, opened, consent)
    for consent in (withdrawn, revoked):
        rewritten(admin, consent, "expires_at = clock_timestamp()")
    noted()
    for consent, end in (
        (withdrawn, "consent.withdrawn"),
        (expired, "consent.expired"),
        (revoked, "consent.key_revoked"),
    ):
        kinds = [event["kind"] for event in events_about(f"consent:{consent}")]
        assert kinds == ["consent.granted", end]
        told = JobRow.objects.filter(name=Job.TELL_CONSENT_ENDED, subject=f"consent:{consent}")
        assert told.count() == 1


def asked_again(consent: UUID) -> int:
    """How often the erasing of its figures has been asked for, after a look of the watchdog."""
    while renew_erasing(using="watchdog"):
        pass
    return jobs_about(f"consent:{consent}").count(Job.ERASE_FEATURES)


def test_figures_that_a_lost_job_left_are_asked_for_again(parties: Parties) -> None:
    consent, standing = granted(parties), granted(parties)
    for each in (consent, standing):
        with_figures(parties, each)
    stop_consent(parties.actor, consent_id=consent)
    jobs = JobRow.objects.filter(subject=f"consent:{consent}", name=Job.ERASE_FEATURES)
    long_ago = timezone.now() - timedelta(minutes=6)
    jobs.update(created_at=long_ago)
    assert asked_again(consent) == 1, "still open"
    jobs.update(status=JobStatus.FAILED, created_at=timezone.now())
    assert asked_again(consent) == 1, "only just asked"
    jobs.update(created_at=long_ago)
    assert asked_again(consent) == 2
    assert asked_again(consent) == 2
    assert asked_again(standing) == 0
    with as_vault_worker():
        erase_features(WORKER, consent_id=consent)
    jobs.update(status=JobStatus.DONE, created_at=long_ago)
    assert asked_again(consent) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_figure_counts(parties: Parties, kind: type[Model]) -> None:
    consent = granted(parties)
    assert not figures_are_left(consent, firm_id=parties.firm_id)
    with_figures(parties, consent, kind)
    assert figures_are_left(consent, firm_id=parties.firm_id)
    stop_consent(parties.actor, consent_id=consent)
    JobRow.objects.filter(subject=f"consent:{consent}", name=Job.ERASE_FEATURES).update(
        status=JobStatus.FAILED, created_at=timezone.now() - timedelta(minutes=6)
    )
    assert asked_again(consent) == 2


@pytest.mark.parametrize("login", ["web", "signer", "intake", "vault", "scorer"])
def test_only_the_watchdog_notes_ends(opened: Open, login: str) -> None:
    connection = opened(login)
    for function in ("note_expired", "note_expired_requests", "note_key_ends"):
        query = f"SELECT has_function_privilege('gate.{function}()', 'EXECUTE')"
        assert value(connection, query) is False
