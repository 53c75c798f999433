"""A replay reproduces a score, and goes red for each number that was altered."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.core.jobs import Job
from portal.jobs.registry import JobRun
from scoring import tasks
from scoring.engine.assess import assessment_of
from scoring.engine.model import shipped_model
from scoring.management.commands import replay_score
from scoring.models import FeatureVector, Score
from scoring.queries import ScoreView, scores_by_id
from scoring.recomputing import recomputed
from scoring.replaying import Replayed, from_published
from scoring.stored import columns_of
from tests.applications.cases import as_vault_worker, consent_of, new_product, under_review
from tests.ledger.facts import drain
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

Alter = Callable[..., None]


@pytest.fixture
def case(people: People, transactional_db: None) -> LoanApplication:
    """Scored, before the bank, under a live consent."""
    return under_review(people.sara, new_product(people.bo.organisation_id))


def score_id_of(case: LoanApplication) -> UUID:
    assert case.score_id is not None
    return case.score_id


def again(case: LoanApplication) -> Replayed:
    with as_vault_worker():
        return recomputed(score_id_of(case))


def view_of(case: LoanApplication) -> ScoreView:
    return scores_by_id([score_id_of(case)])[score_id_of(case)]


def run_job(name: Job, subject: str, handler: Callable[[JobRun], None]) -> UUID:
    job = uuid4()
    with as_vault_worker():
        handler(JobRun(job, name, subject, {}, 1, lambda step: None))
    return job


def erased(people: People, case: LoanApplication) -> None:
    stop_consent(people.sara, consent_id=consent_of(case))
    run_job(Job.ERASE_FEATURES, f"consent:{consent_of(case)}", tasks.erase)


def alter(case: LoanApplication, column: str, value: str) -> None:
    """As somebody with the database would: no process may."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            f"UPDATE scoring_score SET {column} = {value} WHERE id = %s", [score_id_of(case)]
        )


ALTERED = {
    "value": "value + 1",
    "band": "CASE band WHEN 'A' THEN 'B' ELSE 'A' END",
    "pd_ppm": "greatest(pd_low_ppm, pd_ppm - 1)",
    "pd_low_ppm": "pd_low_ppm - 1",
    "pd_high_ppm": "pd_high_ppm + 1",
    "reasons": "jsonb_set(reasons, '{0,points}', '1')",
    "points": "jsonb_set(points, '{base}', '1')",
    "recourse": "jsonb_set(recourse, '{needed}', '1')",
    "input_digest": f"'{'ab' * 32}'",
    "as_of_month": "as_of_month - 31",
    "model_version": "'9'",
    "commitment": f"'{'ab' * 32}'",
}
ALTERED_FIGURE = (
    "UPDATE scoring_figures SET figures = figures || '{\"buyers\": 9999}' WHERE score_id = %s"
)
NOT_FROM_FEATURES = {"as_of_month"}
NOT_FROM_COMMITMENT = {"as_of_month", "recourse", "input_digest", "commitment"}


def test_from_the_records_every_number_is_the_same(case: LoanApplication) -> None:
    found = again(case)
    assert (found.extent, found.outcome, found.records_refused) == (
        "records",
        "every_number_equal",
        "",
    )
    assert set(found.compared) >= {*ALTERED, "features", "model_sha256"}


def test_a_replay_repeats_the_use_and_makes_no_new_one(case: LoanApplication) -> None:
    again(case)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM gate.use WHERE consent = %s", [consent_of(case)])
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("column", ALTERED)
def test_from_the_records_an_altered_number_is_found(case: LoanApplication, column: str) -> None:
    alter(case, column, ALTERED[column])
    assert column in again(case).differing


@pytest.mark.parametrize("column", sorted(ALTERED.keys() - NOT_FROM_FEATURES))
def test_from_the_kept_figures_an_altered_number_is_found(
    people: People, case: LoanApplication, column: str
) -> None:
    stop_consent(people.sara, consent_id=consent_of(case))
    untouched = again(case)
    assert (untouched.extent, untouched.outcome) == ("features", "every_number_equal")
    assert untouched.records_refused == "withdrawn"
    alter(case, column, ALTERED[column])
    assert column in again(case).differing


@pytest.mark.parametrize("column", sorted(ALTERED.keys() - NOT_FROM_COMMITMENT))
def test_after_erasure_what_was_published_must_still_agree(
    people: People, case: LoanApplication, column: str
) -> None:
    erased(people, case)
    untouched = again(case)
    assert (untouched.extent, untouched.outcome) == ("commitment", "every_number_equal")
    alter(case, column, ALTERED[column])
    assert again(case).differing


def test_a_shown_figure_that_was_altered_is_found_while_it_is_kept(
    people: People, case: LoanApplication
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(ALTERED_FIGURE, [score_id_of(case)])
    assert again(case).differing == ("figures",)
    stop_consent(people.sara, consent_id=consent_of(case))
    assert again(case).differing == ("figures",)


def test_after_erasure_reasons_stand_without_any_figure(
    people: People, case: LoanApplication
) -> None:
    figures = {reason.figure for reason in view_of(case).reasons}
    assert None not in figures
    erased(people, case)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(s)::text FROM scoring_score s WHERE id = %s", [score_id_of(case)]
        )
        (row,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(*) FROM scoring_figures WHERE score_id = %s", [score_id_of(case)]
        )
        assert cursor.fetchone() == (0,)
    assert '"figure"' not in row
    found = view_of(case)
    assert {reason.figure for reason in found.reasons} == {None}
    assert all(change.figure is None for change in found.recourse.changes)


@pytest.mark.parametrize("bin_of", range(3))
def test_after_erasure_the_right_bin_is_found_among_those_of_the_same_points(bin_of: int) -> None:
    """Of one feature each: no figure, the middle bin, and the last bring the same points."""
    plain = shipped_model()
    scales = [replace(plain.scales[0], points=(0, 0, 0)), *plain.scales[1:]]
    model = replace(plain, scales=tuple(scales))
    figures: dict[str, int | None] = {one.name: one.cuts[0] for one in model.scales}
    figures["monthly_sales"] = [None, scales[0].cuts[0], scales[0].cuts[1]][bin_of]
    answer = assessment_of(figures, input_digest="", model=model)
    score = Score(model_version=model.version, model_sha256=model.sha256, **columns_of(answer))
    assert from_published(score, model).outcome == "every_number_equal"


def test_kept_figures_of_another_score_are_not_taken(people: People, case: LoanApplication) -> None:
    other = under_review(people.mallory, new_product(people.bo.organisation_id))
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE scoring_feature_vector v SET sealed = o.sealed, wrapped = o.wrapped"
            " FROM scoring_feature_vector o WHERE o.score_id = %s AND v.score_id = %s",
            [score_id_of(other), score_id_of(case)],
        )
    assert again(case).differing == ("features",)


def test_a_model_that_is_not_here_is_said(case: LoanApplication) -> None:
    alter(case, "model_sha256", f"'{'ab' * 32}'")
    assert again(case).differing == ("model_sha256",)


def test_too_little_data_is_replayed_too(people: People) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id), months=3)
    assert again(case).outcome == "every_number_equal"
    alter(case, "detail", '\'{"months": 4, "needed": 6}\'')
    assert again(case).differing == ("detail",)


def test_the_web_can_neither_read_nor_keep_figures(case: LoanApplication) -> None:
    with connections["default"].cursor() as cursor, pytest.raises(Exception, match="permission"):
        cursor.execute("SELECT sealed FROM scoring_feature_vector")


def test_erasing_leaves_the_commitment_and_no_figures(
    people: People, case: LoanApplication
) -> None:
    before = Score.objects.get(id=score_id_of(case)).commitment
    erased(people, case)
    with as_vault_worker():
        assert not FeatureVector.objects.filter(score_id=score_id_of(case)).exists()
    assert Score.objects.get(id=score_id_of(case)).commitment == before
    assert len(before) == 64


def replayed_at_once(_actor: Any, *, score_id: UUID) -> UUID:
    """The vault worker's part, by its own code and log-in, in place of asking for it."""
    return run_job(Job.REPLAY_SCORE, f"score:{score_id}", tasks.replay)


def replayed_by_command(
    case: LoanApplication, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, list[str]]:
    """The command as the operator runs it."""
    drain()
    monkeypatch.setattr(replay_score, "ask_replay", replayed_at_once)
    out = io.StringIO()
    try:
        call_command("replay_score", str(score_id_of(case)), stdout=out)
    except CommandError as error:
        return error.returncode, [*out.getvalue().splitlines(), str(error)]
    return 0, out.getvalue().splitlines()


def test_the_command_compares_with_the_ledger(
    case: LoanApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, lines = replayed_by_command(case, monkeypatch)
    assert code == 0, lines
    assert "  equal    ledger entry" in lines
    assert lines[-1] == "Every number compared is the same."


def test_after_erasure_the_command_says_how_far_it_could_go(
    people: People, case: LoanApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased(people, case)
    code, lines = replayed_by_command(case, monkeypatch)
    assert code == 0, lines
    assert "erased" in lines[0]
    assert "(withdrawn)" in lines[0]


@pytest.mark.parametrize("column", ["commitment", "input_digest", "band"])
def test_after_erasure_the_ledger_still_finds_an_altered_number(
    people: People, case: LoanApplication, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    erased(people, case)
    alter(case, column, ALTERED[column])
    code, lines = replayed_by_command(case, monkeypatch)
    assert code == 1
    assert f"  DIFFERS  ledger: {column}" in lines


def test_without_a_worker_the_command_says_so(case: LoanApplication) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("replay_score", str(score_id_of(case)), wait=0.3, stdout=io.StringIO())
    assert refused.value.returncode == 2
