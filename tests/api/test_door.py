"""Who gets in at all, and how a refusal looks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.api_token_models import ApiToken
from portal.accounts.api_tokens import CALLS_A_MINUTE
from portal.accounts.create_api_token import NewToken
from portal.accounts.limits import REFUSED_PER_NETWORK, count_refused_token
from portal.accounts.revoke_api_token import revoke_api_token
from portal.api.problems import problem_response
from tests.api.conftest import Ask, asking_with
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The body, which has to be a whole problem with this status and code."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:taxbridge:problem:{code}"
    assert {"title", "detail"} <= set(body)
    return body


def test_without_a_token_nobody_gets_in_not_even_signed_in(
    browser_of: Callable[[str], Client],
) -> None:
    for client in (Client(), browser_of("boss")):
        answer = client.get("/api/v1/applications/")
        problem(answer, 401, "not_authenticated")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="TaxBridge"'
    assert not Client().get("/api/v1/applications/").cookies


@pytest.mark.parametrize("secret", ["", "tbk_", "tbk_" + "A" * 43, "\u7968", "a b"])
def test_a_token_that_opens_nothing(secret: str) -> None:
    assert asking_with(secret.encode().decode("latin-1"))().status_code == 401


def test_an_ended_token_opens_nothing(people: People, system: Ask, token: NewToken) -> None:
    answer = system()
    assert answer.status_code == 200
    assert not answer.cookies
    revoke_api_token(people.boss, token_id=token.token.id)
    problem(system(), 401, "token_invalid")


def test_an_expired_token_opens_nothing(system: Ask, token: NewToken) -> None:
    long_ago = timezone.now() - timedelta(days=40)
    rows = ApiToken.objects.using("owner").filter(id=token.token.id)
    rows.update(created_at=long_ago, expires_at=long_ago + timedelta(days=30))
    problem(system(), 401, "token_invalid")


def test_too_many_calls_wait_for_the_next_minute(system: Ask, token: NewToken) -> None:
    minute = timezone.now().replace(second=0, microsecond=0)
    ApiToken.objects.filter(id=token.token.id).update(minute=minute, calls=CALLS_A_MINUTE)
    answer = system()
    problem(answer, 429, "too_many_calls")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_wrong_tokens_lock_the_network_that_sends_them(token: NewToken) -> None:
    guesser = Client(REMOTE_ADDR=(network := f"203.0.113.7 {uuid4()}"))
    for _ in range(REFUSED_PER_NETWORK.count - 1):
        count_refused_token(network=network)
    assert asking_with(token.secret, guesser)().status_code == 200
    problem(asking_with("tbk_guess", guesser)(), 401, "token_invalid")
    answer = asking_with(token.secret, guesser)()
    problem(answer, 429, "too_many_wrong_tokens")
    assert answer.headers["Retry-After"] == "900"
    assert asking_with(token.secret, Client(REMOTE_ADDR="203.0.113.8"))().status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"show": "mine"}, {"since": "yesterday"}, {"after": "x"}, {"until": "2026-02-30"}]
)
def test_a_wrong_parameter_is_named(system: Ask, wrong: dict[str, str]) -> None:
    body = problem(system(**wrong), 400, "parameters_wrong")
    assert set(body["parameters"]) == set(wrong)


def test_what_is_not_there_is_refused_in_the_same_shape(system: Ask) -> None:
    problem(system("not-an-id/"), 404, "address_unknown")
    problem(Client().get("/api/v2/"), 404, "address_unknown")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_nothing_can_be_changed(token: NewToken, method: str) -> None:
    send = getattr(Client(), method)
    headers = {"Authorization": f"Bearer {token.secret}"}
    answer = send("/api/v1/applications/", headers=headers)
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


def test_an_unexpected_error_tells_nothing_of_itself() -> None:
    response = problem_response(RuntimeError("password is swordfish"), {})
    assert response.status_code == 500
    assert "swordfish" not in str(response.data)
