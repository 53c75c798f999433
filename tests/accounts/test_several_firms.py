"""One person for several firms, several people for one, and access that ends with the mandate."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.queries import organisation_for
from portal.consents.firm_people import people_of_firm
from portal.consents.mandate_ends import end_mandate
from portal.consents.note_ends import note_ends
from portal.consents.remind_of_mandates import remind_of_mandates
from portal.core.actor import Actor, SystemActor
from portal.core.jobs import Job
from portal.jobs.models import JobRow
from tests.gate.mandates import INTAKE, next_line
from tests.outbox import events_about
from tests.personas import People, connected, new_uscc, present, signed_in_client
from tests.use_cases.scenarios_mandates import mandate_of, sara_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Browser = Callable[[str | Actor], Client]


def test_switching_changes_what_is_seen_and_a_foreign_id_does_not(
    people: People, browser_of: Browser
) -> None:
    second = connected(people.sara, uscc=new_uscc(), role="clerk")
    client = browser_of(people.sara)
    choose = reverse("account:organisation")
    second_name = _name(second)
    assert _name(people.sara) in _heading(client)
    assert client.post(choose, {"organisation": str(second.organisation_id)}).status_code == 302
    assert second_name in _heading(client)
    strangers = people.mallory.organisation_id
    client.post(choose, {"organisation": str(strangers)})
    client.post(choose, {"organisation": "\x00nonsense"})
    assert second_name in _heading(client)
    page = client.get(reverse("sme:people")).content.decode()
    assert f"Act for {_name(people.sara)}" in page, "the switch is on this page, too"
    assert "clerk" in page
    assert "Take access away" not in page


def test_a_form_of_one_firm_does_nothing_in_another_ones_name(people: People) -> None:
    second = connected(people.sara, uscc=new_uscc(), role="legal_representative")
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in_client(people.sara).cookies
    choose, start = reverse("account:organisation"), reverse("sme:products_choose")
    chosen = {"organisation": str(second.organisation_id)}
    forms = {"csrfmiddlewaretoken": _form_token(client)}
    assert client.post(choose, {**forms, "organisation": "\x00"}).status_code == 302
    assert client.post(start, forms).status_code != 403
    assert client.post(choose, {**forms, **chosen}).status_code == 302
    assert client.post(start, forms).status_code == 403, "the tab that was open for the first"
    again = {"csrfmiddlewaretoken": _form_token(client)}
    assert client.post(choose, {**again, **chosen}).status_code == 302
    assert client.post(start, again).status_code != 403, "nothing was switched"


def test_a_mandate_that_ends_takes_the_firm_at_the_next_request_and_gives_no_other(
    people: People, browser_of: Browser
) -> None:
    other = connected(people.sara, uscc=new_uscc(), role="clerk")
    client = browser_of(people.sara)
    assert client.get(reverse("sme:consents")).status_code == 200
    end_mandate(INTAKE, next_line(sara_at(people)), statement="the signed list", using="intake")
    assert client.get(reverse("sme:consents")).status_code == 403
    assert client.post(reverse("sme:products_choose")).status_code == 403
    page = client.get(reverse("sme:firm_connect")).content.decode()
    assert f"Act for {_name(other)}" in page
    client.post(reverse("account:organisation"), {"organisation": str(other.organisation_id)})
    assert client.get(reverse("sme:consents")).status_code == 200


def test_access_is_taken_away_on_the_page_once(people: People, browser_of: Browser) -> None:
    sams = mandate_of(people.sara, people.sam)
    sam, client = browser_of("sam"), browser_of("sara")
    address = reverse("sme:person_take_away", args=[sams])
    assert sam.post(address).status_code == 404
    for _ in range(2):
        assert client.post(address).status_code == 302
    assert sam.get(reverse("sme:consents")).status_code == 403
    assert "took it away" in client.get(reverse("sme:people")).content.decode()
    (entry,) = events_about(f"person:{people.sam.person_id}", kind="mandate.ended")
    assert entry["payload"]["because"] == "taken_away"


def test_a_mandate_that_runs_out_is_announced_and_then_recorded(
    people: People, admin_url: str
) -> None:
    mandate = mandate_of(people.sara, people.sara)
    told = JobRow.objects.filter(name=Job.SEND_MESSAGE, subject=people.sara.ref)
    _ends(admin_url, mandate, "now() + interval '15 days'")
    remind_of_mandates(SystemActor("consents"))
    assert not told.filter(payload__message="mandate_ends_soon").exists()
    _ends(admin_url, mandate, "now() + interval '13 days'")
    for _ in range(2):
        remind_of_mandates(SystemActor("consents"))
    assert told.filter(payload__message="mandate_ends_soon").count() == 1
    _ends(admin_url, mandate, "clock_timestamp()")
    assert present(people.sara.person_id).organisation_id is None, "at once, noted or not"
    for _ in range(2):
        note_ends(using="watchdog")
    (entry,) = events_about(people.sara.ref, kind="mandate.ended")
    assert entry["payload"]["because"] == "ran_out"
    (one,) = people_of_firm(people.sara)
    assert (one.is_live, one.ended_because) == (False, "ran_out")


def _ends(admin_url: str, mandate: object, when: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute(f"UPDATE sign.mandate SET ends_at = {when} WHERE id = %s", [mandate])


def _form_token(client: Client) -> str:
    page = client.get(reverse("sme:people")).content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found is not None
    return found[1]


def _heading(client: Client) -> str:
    return client.get(reverse("sme:overview")).content.decode().partition("<h1>")[2][:80]


def _name(actor: Actor) -> str:
    firm = organisation_for(actor)
    assert firm is not None
    return firm.name
