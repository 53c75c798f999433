"""Requests for records, by people who want more than they may, or without the second person."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ledger.format.commitment import opens
from portal.accounts.models import Membership, User
from portal.core.actor import Actor
from portal.core.errors import NotFound, RuleBroken
from portal.core.wire import Typ, load_signing_key, sign
from portal.disclosure.approve_disclosure import approve_disclosure
from portal.disclosure.check_records import signed_digest
from portal.disclosure.download_export import download_export
from portal.disclosure.models import COMMITTED, Disclosure, DisclosureFile, What
from portal.disclosure.refuse_disclosure import refuse_disclosure
from portal.disclosure.request_records import request_records
from portal.disclosure.tell_parties import tell_parties
from portal.jobs.models import JobRow
from tests.disclosure.requests import SYSTEM, asked, colleague, made, terms_about, today
from tests.outbox import events_about
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
SOON = timedelta(days=30)


def packed_anew(content: bytes, **changed: bytes) -> bytes:
    """The same archive with other bytes in some files, and more files."""
    into = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(into, "w") as new:
        names = [*old.namelist(), *(name for name in changed if name not in old.namelist())]
        for name in names:
            new.writestr(name, changed[name] if name in changed else old.read(name))
    return into.getvalue()


@pytest.mark.parametrize("name", ["register.csv", "request.json", "more.txt", "manifest.json"])
def test_a_stored_file_that_was_changed_anywhere_is_not_signed(people: People, name: str) -> None:
    firm = people.sara.organisation_id
    assert firm is not None
    disclosure = made(people, terms_about(firm, what=What.REGISTER))
    stored = DisclosureFile.objects.get(disclosure=disclosure)
    # What SQL injected into the portal may do: put another file in its place.
    stored.delete()
    changed = packed_anew(bytes(stored.content), **{name: b"other"})
    DisclosureFile.objects.create(disclosure=disclosure, content=changed)
    with pytest.raises(RuleBroken) as refusal:
        download_export(people.rita, disclosure_id=disclosure.id)
    assert refusal.value.code == "disclosure_altered"
    DisclosureFile.objects.filter(disclosure=disclosure).delete()
    DisclosureFile.objects.create(disclosure=disclosure, content=stored.content)
    assert download_export(people.rita, disclosure_id=disclosure.id)


def test_whom_it_is_about_sees_nothing_of_it_at_the_regulator_until_told(
    people: People, browser_of: BrowserOf
) -> None:
    second, third = colleague(people), colleague(people)
    later = terms_about(second.person_id, tell_on=today() + SOON)
    disclosure, browser = asked(people, later), browser_of(second)
    page, queue = (
        reverse("regulator:disclosure", args=[disclosure.id]),
        reverse("regulator:disclosures"),
    )
    for _ in range(2):
        assert browser.get(page).status_code == 404
        assert disclosure.reference not in browser.get(queue).content.decode()
        with pytest.raises(NotFound):
            approve_disclosure(second, disclosure_id=disclosure.id)
        if Disclosure.objects.get(id=disclosure.id).is_waiting:
            approve_disclosure(third, disclosure_id=disclosure.id)
    # The guard lets nobody move the day, so the clock has to: the day has come.
    Disclosure.objects.using("owner").filter(id=disclosure.id).update(told_at=later.tell_at)
    assert browser.get(page).status_code == 200


def test_the_database_lets_nobody_decide_about_themselves(people: People) -> None:
    second = colleague(people)
    disclosure = asked(people, terms_about(second.person_id))
    rows = Disclosure.objects.using("owner").filter(id=disclosure.id)
    with pytest.raises(DatabaseError, match="disclosure_not_by_whom_it_is_about"):
        rows.update(status="approved", decided_by=second.person_id, decided_at=disclosure.asked_at)


def test_other_answers_under_an_id_that_was_sent_are_refused(people: People) -> None:
    request_id, terms = uuid4(), terms_about(people.sara.person_id)
    later = terms_about(people.sara.person_id, tell_on=today() + SOON)
    first = request_records(people.rita, request_id=request_id, terms=later)
    again = request_records(people.rita, request_id=request_id, terms=later)
    assert again.reference == first.reference
    with pytest.raises(RuleBroken) as refusal:
        request_records(people.rita, request_id=request_id, terms=terms)
    assert refusal.value.code == "disclosure_sent"
    approve_disclosure(colleague(people), disclosure_id=first.id)
    with pytest.raises(RuleBroken):
        request_records(people.rita, request_id=request_id, terms=terms)


def test_a_deferred_request_opens_its_commitment_after_it_was_stored(people: People) -> None:
    made_now = asked(people, terms_about(people.sara.person_id, tell_on=today() + SOON))
    stored = Disclosure.objects.get(id=made_now.id)
    (event,) = events_about(stored.ref)
    digest, key = event["payload"]["request_digest"], bytes(stored.key)
    assert opens(digest, COMMITTED, stored.terms(), key=key)


def mails_to(actor: Actor, disclosure: Disclosure) -> list[str]:
    rows = JobRow.objects.filter(payload__values__disclosure=str(disclosure.id))
    email = User.objects.get(id=actor.person_id).email
    return [row.payload["message"] for row in rows if row.payload["to"] == email]


def left(actor: Actor) -> None:
    """The person works there no more."""
    rows = Membership.objects.filter(user_id=actor.person_id, ends_at=None)
    rows.update(ends_at=timezone.now())


def test_who_left_the_office_hears_no_more_of_it(people: People) -> None:
    asker, second = colleague(people), colleague(people)
    terms = terms_about(people.sara.person_id)
    two = [request_records(asker, request_id=uuid4(), terms=terms) for _ in range(2)]
    refuse_disclosure(second, disclosure_id=two[0].id, words="No.")
    assert "disclosure_refused" in mails_to(asker, two[0])
    left(asker)
    refuse_disclosure(second, disclosure_id=two[1].id, words="No.")
    assert "disclosure_refused" not in mails_to(asker, two[1])


def test_told_once_and_not_before_however_often_the_clock_rings(people: People) -> None:
    second = colleague(people)
    now, later = (
        approve_disclosure(second, disclosure_id=asked(people, terms).id)
        for terms in (
            terms_about(people.sara.person_id),
            terms_about(people.sara.person_id, tell_on=today() + timedelta(days=1)),
        )
    )
    for _ in range(3):
        while tell_parties(SYSTEM):
            pass
    assert mails_to(people.sara, now) == ["disclosure_about_you"]
    assert mails_to(people.sara, later) == []


@pytest.mark.parametrize(
    "text", [" =1+1", "\uff1dcmd", "+1", "\n@x"], ids=["space", "wide", "plus", "line"]
)
def test_what_people_call_themselves_is_no_formula_in_the_register(
    people: People, text: str
) -> None:
    User.objects.filter(id=people.sara.person_id).update(real_name=text)
    firm = people.sara.organisation_id
    assert firm is not None
    disclosure = made(people, terms_about(firm, what=What.REGISTER))
    stored = DisclosureFile.objects.get(disclosure=disclosure)
    with ZipFile(BytesIO(bytes(stored.content))) as archive:
        table = archive.read("register.csv").decode("utf-8-sig")
        lines = archive.read("register.jsonl").decode().splitlines()
    assert f"'{text}" in table
    assert text in [json.loads(line)["real_name"] for line in lines]


def signature_of(typ: Typ) -> tuple[str, dict[str, object]]:
    token = sign(
        {"manifest_sha256": "0" * 64}, typ=typ, key=load_signing_key(settings.RECEIPTS_KEY)
    )
    return token, json.loads(settings.RECEIPTS_PUBLIC_KEYS.read_text(encoding="utf-8"))


def test_of_a_signature_of_records_each_sign_counts(keys: None) -> None:
    token, known = signature_of(Typ.RECORDS)
    assert signed_digest(token, known) == "0" * 64
    others = [
        token[:at] + sign + token[at + 1 :]
        for at, right in enumerate(token)
        for sign in ("A", "B", "=", "+", "\n", "!")
        if sign != right
    ]
    more = [f"{token}=", f"{token}.", token.replace(".", "=.", 1), f"{token}!"]
    assert [one for one in [*others, *more] if signed_digest(one, known) is not None] == []


def test_a_consent_receipt_of_the_same_key_signs_no_records(keys: None) -> None:
    token, known = signature_of(Typ.RECEIPT)
    assert signed_digest(token, known) is None
    head, body, _signature = token.split(".")
    for header in ('{"alg":"none"}', "[]", "7", "[" * 2000):
        forged = f"{header.encode().hex()}.{body}."
        assert signed_digest(forged, known) is None
    assert re.fullmatch("[A-Za-z0-9_-]+", head)
