"""Every address times every persona has an expected answer; an address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.matrix import MATRIX, PERSONAS, POSTS, World

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
CODES = {
    "ok": 200,
    "go": 302,
    "in": 302,
    "no": 403,
    "un": 404,
    "po": 405,
    "co": 409,
    "au": 401,
    "er": 422,
    "ba": 400,
}


def patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named address with the names of its parts."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}:{entry.name}", tuple(entry.pattern.converters)


ADDRESSES = dict(patterns(get_resolver()))


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert set(ADDRESSES) == set(MATRIX)


@pytest.mark.parametrize("name", sorted(MATRIX))
@pytest.mark.parametrize("persona", PERSONAS)
def test_expected_answer(name: str, persona: str, world: World, clients: dict[str, Client]) -> None:
    check(clients[persona], "get", name, world, expected=answer(MATRIX, name, persona))


@pytest.mark.parametrize("name", sorted(POSTS))
@pytest.mark.parametrize("persona", PERSONAS)
def test_expected_answer_to_a_post(
    name: str, persona: str, world: World, clients: dict[str, Client]
) -> None:
    check(clients[persona], "post", name, world, expected=answer(POSTS, name, persona))


def answer(table: dict[str, str], name: str, persona: str) -> str:
    return dict(zip(PERSONAS, table[name].split(), strict=True))[persona]


def check(client: Client, method: str, name: str, world: World, *, expected: str) -> None:
    values = world.values()
    address = reverse(name, kwargs={part: values[part] for part in ADDRESSES[name]})
    response = getattr(client, method)(address)
    response.close()  # a file that nobody reads to its end
    assert response.status_code == CODES[expected], address
    if expected == "in":
        assert response["Location"].startswith(reverse("account:sign_in"))
