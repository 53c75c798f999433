"""The vault's key changes: figures behind older scores are still there, and the old key can go."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connections
from joserfc.jwk import OKPKey
from pytest_django import Settings

from portal.applications.models import LoanApplication
from portal.consents.stop_consent import stop_consent
from portal.consents.vault_keys import kid_of, load_vault_keys
from portal.core.sealing import NotOpened
from portal.taxdata.rotating import rewrap_data_keys
from scoring.models import FeatureVector
from scoring.recomputing import recomputed
from scoring.rewrapping import rewrap_vectors
from tests.applications.cases import as_vault_worker, consent_of, new_product, under_review
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def case(people: People, transactional_db: None) -> LoanApplication:
    """Scored under the key before, its consent withdrawn: only the kept figures are left."""
    found = under_review(people.sara, new_product(people.bo.organisation_id))
    stop_consent(people.sara, consent_id=consent_of(found))
    return found


def open_rotation(kid: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT vault.open_rotation(%s)", [kid])


@pytest.fixture
def new_key(
    case: LoanApplication, tmp_path: Path, settings: Settings, admin_url: str
) -> Iterator[str]:
    """The worker has a new key and ``case``'s as its old one; its kid. Rotated back afterwards.

    What other tests left, wrapped to nobody's key, goes first.
    """
    installed = settings.VAULT_KEY
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM scoring_feature_vector WHERE score_id <> %s", [case.score_id])
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("DELETE FROM vault.firm_key WHERE vault_kid <> %s", [kid_of(installed)])
    path = tmp_path / "unwrap.pem"
    path.write_bytes(OKPKey.generate_key("X25519").as_pem(private=True))
    settings.VAULT_KEY, settings.VAULT_OLD_KEY = path, installed
    yield kid_of(path)
    settings.VAULT_KEY, settings.VAULT_OLD_KEY = installed, path
    open_rotation(kid_of(installed))
    rewrap_data_keys(load_vault_keys(), kid=kid_of(installed), using="vault")


def replayed(case: LoanApplication) -> tuple[str, str]:
    assert case.score_id is not None
    with as_vault_worker():
        found = recomputed(case.score_id)
    return found.extent, found.outcome


def test_while_both_keys_are_held_an_older_score_is_replayed(
    case: LoanApplication, new_key: str
) -> None:
    assert replayed(case) == ("features", "every_number_equal")


def test_after_the_rotation_the_old_key_can_go(
    case: LoanApplication, new_key: str, tmp_path: Path, settings: Settings
) -> None:
    open_rotation(new_key)
    out = io.StringIO()
    with as_vault_worker():
        call_command("rotate_vault_key", stdout=out)
    assert "1 feature vectors are wrapped" in out.getvalue()
    settings.VAULT_OLD_KEY = tmp_path / "gone.pem"
    assert replayed(case) == ("features", "every_number_equal")
    with as_vault_worker():
        assert rewrap_vectors(load_vault_keys(), kid=new_key) == 0


def test_a_vector_from_before_kids_were_kept_is_opened_and_rewrapped(
    case: LoanApplication, new_key: str
) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE scoring_feature_vector SET vault_kid = ''")
    assert replayed(case) == ("features", "every_number_equal")
    with as_vault_worker():
        assert rewrap_vectors(load_vault_keys(), kid=new_key) == 1
        assert FeatureVector.objects.get().vault_kid == new_key


def test_without_the_old_key_nothing_is_wrapped_and_the_replay_says_so(
    case: LoanApplication, new_key: str, tmp_path: Path, settings: Settings
) -> None:
    settings.VAULT_OLD_KEY = tmp_path / "gone.pem"
    with as_vault_worker(), pytest.raises(NotOpened, match=str(case.score_id)):
        rewrap_vectors(load_vault_keys(), kid=new_key)
    assert replayed(case) == ("features", "numbers_differ")


def test_the_scorer_changes_the_wrapping_only(case: LoanApplication) -> None:
    for column in ("sealed", "score_id"):
        with connections["scorer"].cursor() as cursor, pytest.raises(ProgrammingError):
            cursor.execute(f"UPDATE scoring_feature_vector SET {column} = {column}")
