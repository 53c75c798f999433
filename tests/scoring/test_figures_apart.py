"""Scores from before the figures stood apart: they are moved out, and the page reads the same."""

from __future__ import annotations

import json
from importlib import import_module
from uuid import UUID

import pytest
from django.db import connections

from portal.applications.models import LoanApplication
from scoring.models import Score
from scoring.queries import ScoreView, scores_by_id
from tests.applications.cases import new_product, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
MIGRATION = import_module("scoring.migrations.0006_figures")


@pytest.fixture
def case(people: People, transactional_db: None) -> LoanApplication:
    """Scored, before the bank."""
    return under_review(people.sara, new_product(people.bo.organisation_id))


def view_of(score_id: UUID) -> ScoreView:
    return scores_by_id([score_id])[score_id]


def as_it_was_stored_before(view: ScoreView) -> tuple[str, str]:
    frozen = view.frozen()
    return json.dumps(frozen["reasons"]), json.dumps(frozen["recourse"])


def as_the_owner(*statements: tuple[str, list[str | UUID]]) -> None:
    with connections["owner"].cursor() as cursor:
        for statement, values in statements:
            cursor.execute(statement, values)


@pytest.mark.parametrize("is_erased", [False, True])
def test_figures_of_older_scores_are_moved_or_go(case: LoanApplication, *, is_erased: bool) -> None:
    assert case.score_id is not None
    before = view_of(case.score_id)
    old = "UPDATE scoring_score SET reasons = %s, recourse = %s WHERE id = %s"
    as_the_owner(
        ("DELETE FROM scoring_figures", []),
        (old, [*as_it_was_stored_before(before), case.score_id]),
    )
    if is_erased:
        erased = "DELETE FROM scoring_monthly_sales WHERE score_id = %s"
        as_the_owner((erased, [case.score_id]))
    as_the_owner((MIGRATION.KEEP, []), (MIGRATION.STRIP, []))
    after = view_of(case.score_id)
    assert '"figure"' not in json.dumps(Score.objects.get(id=case.score_id).reasons)
    assert (after == before) is not is_erased
    assert {reason.figure is None for reason in after.reasons} == {is_erased}
