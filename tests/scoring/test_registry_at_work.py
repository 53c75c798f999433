"""The worker scores with the registry's champion, and the challenger beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Cancelled, Job
from portal.jobs.models import JobRow
from scoring.engine.model import SHIPPED_PATH
from scoring.erase_features import erase_features
from scoring.models import ChallengerScore, Score
from scoring.recomputing import recomputed
from scoring.registry import loading
from scoring.registry.retire_model import retire_model
from scoring.registry.transitions import ModelRole
from scoring.tasks import WORKER, score_application
from tests.applications.cases import Steps, as_vault_worker, consent_of, new_product
from tests.applications.cases import scoring as waiting
from tests.gate.parties import login
from tests.personas import People
from tests.scoring.model_files import activated, active, release_is_champion, validated

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BASE = json.loads(SHIPPED_PATH.read_bytes())["base"]


@pytest.fixture
def case(people: People, transactional_db: None) -> LoanApplication:
    return waiting(people.sara, new_product(people.bo.organisation_id))


def scored(case: LoanApplication) -> Score:
    with as_vault_worker():
        score_application(Steps().run_of(case))
    return Score.objects.get(application_id=case.id)


def test_a_score_is_by_the_champion_and_replays_after_another_took_over(
    people: People, case: LoanApplication
) -> None:
    before = active()
    assert before is not None
    mine = activated(people, validated(people))
    score = scored(case)
    activated(people, before)
    assert (score.model_version, score.model_sha256) == (mine.version, mine.sha256)
    with as_vault_worker():
        assert recomputed(score.id).outcome == "every_number_equal"


def test_a_redelivered_job_keeps_the_model_it_scored_with(
    people: People, case: LoanApplication
) -> None:
    before = active()
    assert before is not None
    first = scored(case)
    activated(people, validated(people))
    try:
        assert scored(case).id == first.id
    finally:
        activated(people, before)


def test_a_challenger_is_kept_beside_the_score_and_goes_with_its_figures(
    people: People, case: LoanApplication
) -> None:
    rival = activated(people, validated(people, base=BASE - 10), ModelRole.CHALLENGER)
    try:
        score = scored(case)
    finally:
        retire_model(people.olga, version_id=rival.id)
    kept = ChallengerScore.objects.get(score=score)
    assert score.value is not None
    assert (kept.model_sha256, kept.value) == (rival.sha256, score.value - 10)
    assert score.model_sha256 != rival.sha256
    stop_consent(people.sara, consent_id=consent_of(case))
    with as_vault_worker():
        erase_features(WORKER, consent_id=consent_of(case))
    assert not ChallengerScore.objects.filter(score=score).exists()


def test_without_a_challenger_nothing_is_compared(case: LoanApplication) -> None:
    assert not ChallengerScore.objects.filter(score=scored(case)).exists()


def test_an_altered_challenger_keeps_nobody_from_a_score(
    people: People, case: LoanApplication
) -> None:
    rival = activated(people, validated(people), ModelRole.CHALLENGER)
    try:
        with login("owner", autocommit=False) as owner:
            owner.execute("ALTER TABLE scoring_model_version DISABLE TRIGGER USER")
            owner.execute(
                "UPDATE scoring_model_version SET content = content || 'x' WHERE id = %s",
                [rival.id],
            )
            owner.execute("ALTER TABLE scoring_model_version ENABLE TRIGGER USER")
            owner.commit()
        score = scored(case)
    finally:
        with login("owner", autocommit=False) as owner:
            owner.execute("ALTER TABLE scoring_model_version DISABLE TRIGGER USER")
            owner.execute(
                "UPDATE scoring_model_version SET status = 'retired', role = '' WHERE id = %s",
                [rival.id],
            )
            owner.execute("ALTER TABLE scoring_model_version ENABLE TRIGGER USER")
            owner.commit()
    assert score.value is not None
    assert not ChallengerScore.objects.filter(score=score).exists()
    assert JobRow.objects.filter(name=Job.DOUBT_MODEL, payload__why__icontains="SHA-256").exists()


def test_a_file_swapped_after_the_worker_loaded_the_model_is_noticed(
    people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: LoanApplication
) -> None:
    release_is_champion(people)
    assert loading.champion().base == BASE
    swapped = SHIPPED_PATH.read_bytes().replace(b'"base":591', b'"base":592')
    (tmp_path / SHIPPED_PATH.name).write_bytes(swapped)
    monkeypatch.setattr(loading, "MODELS", tmp_path)
    with pytest.raises(Cancelled, match="model_refused"):
        scored(case)
    assert not Score.objects.filter(application_id=case.id).exists()
