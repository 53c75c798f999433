"""The registry's pages: three people in three browsers, and those who only read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.core.actor import Actor
from scoring.engine.small_cells import LEAST
from scoring.models import ChallengerScore
from scoring.registry.models import ModelVersion
from scoring.registry.transitions import ModelStatus
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.modelwatch.months import new_model, score_of
from tests.personas import People
from tests.scoring.model_files import FINDINGS, activated, active, drafted, model_file, validated

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
BrowserOf = Callable[[str | Actor], Client]


def page(client: Client, name: str, *args: object) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def hidden(client: Client, version: ModelVersion) -> dict[str, str]:
    """What the page of a version would send, as a browser fills it."""
    answer = client.get(reverse("regulator:model", args=[version.id]))
    form = answer.context["activation_form"]
    return {name: str(form[name].value() or "") for name in form.fields} | {"role": "champion"}


def test_three_people_bring_a_model_to_work(browser_of: BrowserOf, people: People) -> None:
    before = active()
    assert before is not None
    file = SimpleUploadedFile("m.json", model_file(), content_type="application/json")
    sent = browser_of(people.dora).post(reverse("regulator:model_register"), {"file": file})
    version = ModelVersion.objects.get(developed_by=people.dora.person_id)
    assert sent["Location"] == reverse("regulator:model", args=[version.id])
    address = reverse("regulator:model_validate", args=[version.id])
    assert browser_of(people.vera).post(address, {"findings": FINDINGS}).status_code == 302
    olga = browser_of("olga")
    request = hidden(olga, version)
    address = reverse("regulator:model_activate", args=[version.id])
    assert [olga.post(address, request).status_code for _ in range(2)] == [302, 302]
    assert active() == version
    assert version.activations.count() == 1
    assert "in place of model" in page(olga, "regulator:model", version.id)
    activated(people, before)


def test_a_page_left_open_activates_nothing_over_another(
    browser_of: BrowserOf, people: People
) -> None:
    before, first, second = active(), validated(people), validated(people)
    assert before is not None
    olga = browser_of("olga")
    stale = hidden(olga, first)
    activated(people, second)
    answer = olga.post(reverse("regulator:model_activate", args=[first.id]), stale)
    assert answer.status_code == 409
    assert active() == second
    activated(people, before)


def test_everybody_is_offered_only_what_is_theirs(browser_of: BrowserOf, people: People) -> None:
    draft, ready = drafted(people), validated(people)
    offers = {
        "Hand in a model": {"dora"},
        "Validate this model": {"vera"},
        "Activate this model": {"olga"},
        "Retire this model": {"olga"},
    }
    shown: dict[str, set[str]] = {text: set() for text in offers}
    for name in ("dora", "vera", "olga", "rita"):
        client = browser_of(getattr(people, name))
        seen = page(client, "regulator:models")
        seen += page(client, "regulator:model", draft.id)
        seen += page(client, "regulator:model", ready.id)
        for text in offers:
            if text in seen:
                shown[text].add(name)
    assert shown == offers


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"\x00" * 2_000, b"x" * 1_000_001],
    ids=["empty", "no fields", "no text", "too large"],
)
def test_a_file_that_is_no_model_is_said_at_its_field(
    browser_of: BrowserOf, people: People, content: bytes
) -> None:
    file = SimpleUploadedFile("m.json", content)
    answer = browser_of(people.dora).post(reverse("regulator:model_register"), {"file": file})
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_few_words_are_no_findings(browser_of: BrowserOf, people: People) -> None:
    draft = drafted(people)
    address = reverse("regulator:model_validate", args=[draft.id])
    assert browser_of(people.vera).post(address, {"findings": "fine"}).status_code == 422
    assert ModelVersion.objects.get(id=draft.id).status == ModelStatus.DRAFT


def compared(people: People, rival: ModelVersion, *, firms: int, at: date) -> None:
    bank = people.bo.organisation_id
    assert bank is not None
    for number in range(firms):
        score = score_of(bank=bank, model=new_model(), at=at, points={"buyers": 9})
        score.save(using="scorer", force_insert=True)
        ChallengerScore.objects.using("scorer").create(
            score=score,
            model_version=rival.version,
            model_sha256=rival.sha256,
            value=600 + (12 if number else 0),
            band="C" if number else "D",
        )


def test_a_challenger_stands_beside_the_champion_but_for_a_handful(
    browser_of: BrowserOf, people: People
) -> None:
    rival = validated(people)
    compared(people, rival, firms=4 * LEAST, at=date(2018, 3, 1))
    compared(people, rival, firms=LEAST - 1, at=date(2018, 4, 1))
    shown = page(browser_of("rita"), "regulator:model", rival.id)
    row = shown[shown.index("March 2018") :].partition("</tr>")[0]
    assert "95%" in row
    assert "+11.4" in row
    assert "fewer than 5" in shown[shown.index("April 2018") :].partition("</tr>")[0]
    assert "Beside the champion" not in page(browser_of("bo"), "bank:model", rival.id)


@pytest.mark.timeout(300)
def test_the_pages_are_clean(opened: Callable[..., Watched], people: People) -> None:
    ready = validated(people)
    for language, who in (("en", "olga"), ("zh-hans", "rita")):
        check_page(opened("/regulator/models/", who=who, language=language), language)
        check_page(opened(f"/regulator/models/{ready.id}/", who=who, language=language), language)
    check_page(opened("/bank/models/", who="bo", language="en"), "en")
