"""docs/api.md and the OpenAPI document against what the API does."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats

from portal.accounts.api_token_models import Scope
from portal.accounts.api_tokens import CALLS_A_MINUTE
from portal.api.urls import urlpatterns
from portal.applications.case_filter import Show
from portal.applications.models import LoanApplication
from tests.api.conftest import Ask
from tests.architecture.use_cases import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r'```\ncurl "\$PORTAL/api/v1/applications/([^"]*)" -H "Authorization: Bearer \$TOKEN"\n```\n'
    r"```json\n(.*?)```",
    re.DOTALL,
)
EXAMPLES = EXAMPLE.findall(PAGE)


def shape(value: Any) -> Any:
    """Keys and types; of a list that of its first member."""
    match value:
        case dict():
            return {key: shape(part) for key, part in value.items()}
        case list():
            return [shape(part) for part in value[:1]]
        case str() if re.match(r"\d{4}-\d\d-\d\dT", value):
            return "time" + value[-1]
        case _:
            return type(value).__name__


def test_every_curl_of_the_page_is_an_example() -> None:
    assert len(EXAMPLES) == PAGE.count("curl ") == 4


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_each_example_is_answered_as_it_says(system: Ask, declined: LoanApplication) -> None:
    for address, said in EXAMPLES:
        parts = urlsplit(address.replace("$APPLICATION", str(declined.id)))
        query = {**dict(parse_qsl(parts.query))}
        answer = system(parts.path, **query).json()
        if "next" in answer:
            answer["next"] = None
        assert shape(answer) == shape(json.loads(said)), address


def test_the_page_names_every_filter_scope_and_the_limit() -> None:
    assert {scope.value for scope in Scope} <= set(re.findall(r"`([\w:]+)`", PAGE))
    assert {show.value for show in Show} <= set(re.findall(r"`(\w+)`", PAGE))
    assert f"more than {CALLS_A_MINUTE} calls in a minute" in PAGE


def test_the_description_covers_every_route_without_a_doubt() -> None:
    reset_generator_stats()
    schema = json.loads(Client().get("/api/v1/schema/").content)
    assert not GENERATOR_STATS
    routes = {
        "/api/" + str(route.pattern).replace("<uuid:application_id>", "{application_id}")
        for route in urlpatterns
    }
    assert set(schema["paths"]) == routes - {"/api/v1/schema/", "/api/<path:rest>"}
    assert schema["components"]["securitySchemes"] == {
        "token": {"type": "http", "scheme": "bearer"}
    }
    for path in schema["paths"].values():
        assert set(path) == {"get"}
        assert {"200", "401", "403", "404", "429"} <= set(path["get"]["responses"])
        assert path["get"]["security"] == [{"token": []}]
