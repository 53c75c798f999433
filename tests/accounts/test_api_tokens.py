"""Tokens: what is kept of one, how long it opens, and the pages where a bank makes and ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.api_token_models import ApiToken, Scope
from portal.accounts.api_tokens import CALLS_A_MINUTE, PREFIX, actor_of_token, digest_of
from portal.accounts.create_api_token import NewToken, create_api_token
from portal.accounts.permissions import Permission, permissions_of
from portal.accounts.revoke_api_token import revoke_api_token
from portal.core.errors import TooMany
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def made(people: People, *scopes: Scope) -> NewToken:
    wanted = scopes or (Scope.APPLICATIONS,)
    return create_api_token(people.boss, name="Loan register", scopes=wanted, days=30)


def altered(new: NewToken, **columns: Any) -> None:
    ApiToken.objects.using("owner").filter(id=new.token.id).update(**columns)


def test_only_the_digest_is_kept(people: People) -> None:
    new = made(people)
    assert re.fullmatch(r"tbk_[A-Za-z0-9_-]{43}", new.secret)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT t::text FROM accounts_apitoken t WHERE id = %s", [new.token.id])
        ((row,),) = cursor.fetchall()
    assert digest_of(new.secret) in row
    assert new.secret.removeprefix(PREFIX) not in row


def test_its_actor_is_the_banks_system_and_may_read_only(people: People) -> None:
    actor = actor_of_token(made(people).secret)
    assert actor is not None
    assert actor.ref.startswith("token:")
    assert actor.organisation_id == people.boss.organisation_id
    assert permissions_of(actor) == {Permission.CASE_VIEW}
    with_scores = actor_of_token(made(people, *Scope).secret)
    assert with_scores is not None
    assert permissions_of(with_scores) == {Permission.CASE_VIEW, Permission.SCORE_RELEASE}


def test_anything_else_opens_nothing(people: People) -> None:
    new = made(people)
    for text in ("", PREFIX, new.secret[:-1], new.secret + "A", new.token.digest, "\x00", "票"):
        assert actor_of_token(text) is None


def test_it_ends_by_time_and_by_hand(people: People) -> None:
    expired, revoked = made(people), made(people)
    long_ago = timezone.now() - timedelta(days=40)
    altered(expired, created_at=long_ago, expires_at=long_ago + timedelta(days=30))
    assert actor_of_token(expired.secret) is None
    assert actor_of_token(revoked.secret) is not None
    revoke_api_token(people.boss, token_id=revoked.token.id)
    assert actor_of_token(revoked.secret) is None


def test_uses_are_counted_by_the_minute(people: People) -> None:
    new = made(people)
    this_minute = timezone.now().replace(second=0, microsecond=0)
    altered(new, minute=this_minute - timedelta(minutes=1), calls=CALLS_A_MINUTE + 9)
    assert actor_of_token(new.secret) is not None
    new.token.refresh_from_db()
    assert new.token.calls == 1
    assert new.token.last_used_at is not None
    altered(new, minute=timezone.now().replace(second=0, microsecond=0), calls=CALLS_A_MINUTE)
    with pytest.raises(TooMany):
        actor_of_token(new.secret)


def test_the_web_cannot_lengthen_or_widen_one(people: People) -> None:
    own = ApiToken.objects.filter(id=made(people).token.id)
    changes: list[dict[str, Any]] = [
        {"expires_at": timezone.now()},
        {"scopes": ["read:scores"]},
        {"digest": "0" * 64},
    ]
    for change in changes:
        with pytest.raises(ProgrammingError, match="permission denied"):
            own.update(**change)
    with pytest.raises(IntegrityError, match="accounts_apitoken_scopes_known"):
        own.using("owner").update(scopes=["write:everything"])


def test_the_secret_is_shown_once(people: People, browser_of: Callable[[str], Client]) -> None:
    boss = browser_of("boss")
    wish = {"name": "Loan register", "scopes": ["read:applications"], "days": "30"}
    answer = boss.post(reverse("bank:token_create"), wish)
    (secret,) = re.findall(r"tbk_[\w-]{43}", answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    assert actor_of_token(secret) is not None
    listed = browser_of("bo").get(reverse("bank:tokens")).content.decode()
    assert "Loan register" in listed
    assert secret not in listed
    assert "End it" not in listed
    token = ApiToken.objects.get(digest=digest_of(secret))
    assert boss.post(reverse("bank:token_revoke", args=[token.id])).status_code == 302
    assert actor_of_token(secret) is None


def test_a_wish_without_answers_is_put_back(browser_of: Callable[[str], Client]) -> None:
    page = browser_of("boss").post(reverse("bank:token_create"), {}).content.decode()
    for said in ("Name the system.", "Choose what the system may read.", "Choose how long"):
        assert said in page


def test_the_list_costs_the_same_for_one_and_for_twenty(
    people: People, browser_of: Callable[[str], Client]
) -> None:
    boss = browser_of("boss")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert boss.get(reverse("bank:tokens")).status_code == 200
        return len(queries)

    made(people)
    one = cost()
    for _ in range(20):
        made(people)
    assert "after=" in boss.get(reverse("bank:tokens")).content.decode()
    assert cost() == one
