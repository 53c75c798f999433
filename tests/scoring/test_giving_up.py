"""A score that will not be made: said once, with a code, and without spending the consent."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections

from portal.applications.action_reasons import ActionReason
from portal.applications.advance_application import advance_application
from portal.applications.models import LoanApplication
from portal.applications.transitions import Status
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Job
from portal.jobs.lease import take
from portal.jobs.models import JobRow, JobStatus
from portal.jobs.tasks import run_leased
from scoring.engine import model
from scoring.registry import loading
from scoring.tasks import score_application
from tests.applications.cases import (
    SYSTEM,
    Steps,
    as_vault_worker,
    consent_of,
    events_of,
    fresh,
    job_row,
    new_product,
    scoring,
)
from tests.personas import People
from tests.scoring.model_files import release_is_champion

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def case(people: People, transactional_db: None) -> LoanApplication:
    """Its records are fetched, and its score is asked for."""
    return scoring(people.sara, new_product(people.bo.organisation_id))


@pytest.fixture
def altered_model(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model file that the release came with has one figure changed."""
    release_is_champion(people)
    altered = model.SHIPPED_PATH.read_bytes().replace(b'"base":591', b'"base":592')
    (tmp_path / "scorecard-2.json").write_bytes(altered)
    monkeypatch.setattr(loading, "MODELS", tmp_path)


def uses_of(case: LoanApplication) -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gate.use WHERE consent = %s", [consent_of(case)])
        return int(cursor.fetchone()[0])


def run_as_a_worker_does(case: LoanApplication) -> JobRow:
    asked = job_row(case, Job.SCORE_APPLICATION)
    with as_vault_worker():
        row = take(asked.id)
        assert row is not None
        run_leased(row)
    return job_row(case, Job.SCORE_APPLICATION)


def test_a_wrong_model_is_a_coded_end_and_no_use_of_the_consent(
    case: LoanApplication, altered_model: None
) -> None:
    ended = run_as_a_worker_does(case)
    assert (ended.status, ended.error, ended.attempts) == (JobStatus.CANCELLED, "model_refused", 1)
    assert events_of(case)[-1] == "score.refused"
    assert uses_of(case) == 0
    assert JobRow.objects.filter(name=Job.DOUBT_MODEL, subject="scoring:model").exists()
    advance_application(SYSTEM, application_id=case.id)
    now = fresh(case)
    assert (now.status, now.action_reason) == (
        Status.ACTION_REQUIRED,
        ActionReason.SCORING_FAILED,
    )


def test_a_run_that_gives_up_again_adds_nothing(people: People, case: LoanApplication) -> None:
    """The worker was killed between the commit and the end of the lease."""
    stop_consent(people.sara, consent_id=consent_of(case))
    before = JobRow.objects.filter(subject=case.ref).count()
    for _ in range(2):
        with as_vault_worker(), pytest.raises(Cancelled):
            score_application(Steps().run_of(case))
    assert events_of(case).count("score.refused") == 1
    assert JobRow.objects.filter(subject=case.ref).count() == before + 1
