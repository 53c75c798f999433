"""Allowing with a passkey: the signature is over these very terms, and anybody can check it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from portal.consents.artefact import Artefact, verified_artefact
from portal.consents.passkey_proof import check_proof
from portal.consents.queries import request_state
from portal.consents.request_consent import request_consent
from portal.consents.transitions import RequestState
from portal.core.months import Month
from portal.core.wire import Typ, load_public_keys, load_signing_key, sign
from tests.personas import People, connected, new_uscc
from tests.signer.authenticator import PRESENT, Authenticator, Lies, cbor
from tests.signer.holders import Holder, person_with_passkey
from tests.signer.visiting import Browser, Signer

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def owner(signer: Signer, people: People) -> Holder:
    """A firm's legal representative with a passkey."""
    holder = person_with_passkey(signer)
    holder.actor = connected(holder.actor, uscc=new_uscc(), role="legal_representative")
    return holder


def asked(owner: Holder, people: People) -> UUID:
    assert owner.actor.organisation_id
    assert people.bo.organisation_id
    return request_consent(
        owner.actor,
        firm_id=owner.actor.organisation_id,
        bank_id=people.bo.organisation_id,
        purpose="underwriting",
        categories=["vat_invoices"],
        first_month=Month(2024, 1),
        last_month=Month(2025, 12),
    )


def at_consent(owner: Holder, request: UUID, browser: Browser | None = None) -> Browser:
    browser = browser or owner.at_devices(by_passkey=True)
    browser.open(f"/consents/{request}/")
    return browser


def allow(owner: Holder, browser: Browser, lies: Lies | None = None) -> str:
    options = browser.ask(f"{browser.page.url}passkey/")
    answer = owner.device.sign(options, lies or Lies())
    return browser.press(button="allow", passkey=answer).text


def granted(request: UUID) -> tuple[str, Artefact]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.ROLE_PREFIX}gate_owner")
        cursor.execute("SELECT jws FROM gate.consent WHERE id = %s", [request])
        ((token,),) = cursor.fetchall()
        cursor.execute("RESET ROLE")
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    return token, verified_artefact(token, keys=keys)


def test_the_artefact_carries_what_the_passkey_signed(
    signer: Signer, owner: Holder, people: People
) -> None:
    request = asked(owner, people)
    browser = at_consent(owner, request)
    words = allow(owner, browser)
    assert browser.location.endswith(f"?request={request}"), words
    _, artefact = granted(request)
    credential = owner.device.credentials[-1]
    key = cbor(credential.public())
    check_proof(artefact, public_key=key, origin=signer.origin, host="sign.localhost")
    assert artefact.evidence.method == "passkey"


@pytest.mark.parametrize(
    "lies",
    [
        Lies(is_altered=True),
        Lies(flags=PRESENT),
        Lies(origin="http://portal.localhost"),
        Lies(host="portal.localhost"),
        Lies(challenge=b"c" * 32),
    ],
    ids=["altered", "nobody verified", "another origin", "another host", "another challenge"],
)
def test_a_lie_allows_nothing(owner: Holder, people: People, lies: Lies) -> None:
    request = asked(owner, people)
    browser = at_consent(owner, request)
    assert "This passkey does not count here" in allow(owner, browser, lies)
    assert request_state(request).state is RequestState.PENDING


def test_a_signature_for_one_request_does_not_allow_another(owner: Holder, people: People) -> None:
    first, second = asked(owner, people), asked(owner, people)
    browser = at_consent(owner, first)
    options = browser.ask(f"/consents/{first}/passkey/")
    at_consent(owner, second, browser)
    browser.ask(f"/consents/{second}/passkey/")
    page = browser.press(button="allow", passkey=owner.device.sign(options))
    assert "This passkey does not count here" in page.text
    assert request_state(second).state is RequestState.PENDING


def test_a_signature_from_signing_in_allows_nothing(owner: Holder, people: People) -> None:
    request = asked(owner, people)
    browser = at_consent(owner, request)
    signing_in = owner.at_second_step()
    options = signing_in.ask(signing_in.page.url.replace("/code/", "/passkey/"))
    browser.ask(f"{browser.page.url}passkey/")
    page = browser.press(button="allow", passkey=owner.device.sign(options))
    assert "This passkey does not count here" in page.text
    assert request_state(request).state is RequestState.PENDING


def test_terms_that_change_while_the_device_asks_are_not_allowed(
    owner: Holder, people: People
) -> None:
    """The bank's legal name changes after the challenge was drawn; the page is then read anew."""
    request = asked(owner, people)
    browser = at_consent(owner, request)
    options = browser.ask(f"{browser.page.url}passkey/")
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"SET ROLE {settings.ROLE_PREFIX}gate_owner")
        rename = "UPDATE sign.bank SET name = %s WHERE id = %s"
        cursor.execute(rename, ["Another Demo Bank", people.bo.organisation_id])
        try:
            at_consent(owner, request, browser)
            page = browser.press(button="allow", passkey=owner.device.sign(options))
        finally:
            cursor.execute(rename, ["Lantern Demo Bank", people.bo.organisation_id])
            cursor.execute("RESET ROLE")
    assert "it was sent before" in page.text
    assert request_state(request).state is RequestState.PENDING


def test_challenges_over_terms_are_for_the_person_who_may_answer(
    signer: Signer, owner: Holder, people: People
) -> None:
    request = asked(owner, people)
    stranger = person_with_passkey(signer)
    browser = stranger.at_devices(by_passkey=True)
    browser.ask(f"/consents/{request}/passkey/")
    assert browser.page.status == 404
    nobody = stranger.at_second_step()
    nobody.ask(f"/consents/{request}/passkey/")
    assert nobody.page.status == 422


def test_a_wrong_signature_slows_down_allowing_too(owner: Holder, people: People) -> None:
    browser = at_consent(owner, asked(owner, people))
    for _ in range(2):
        allow(owner, browser, Lies(is_altered=True))
    assert "refused before" in allow(owner, browser)
    time.sleep(2.1)
    allow(owner, browser)
    assert "?request=" in browser.location


def test_an_auditor_checks_the_document_by_command_even_after_the_passkey_is_gone(
    signer: Signer,
    owner: Holder,
    people: People,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    request = asked(owner, people)
    browser = at_consent(owner, request)
    allow(owner, browser)
    token, artefact = granted(request)
    with connections["signer"].cursor() as cursor:
        cursor.execute("DELETE FROM signer_passkey WHERE user_id = %s", [owner.actor.person_id])
    monkeypatch.setattr(settings, "SIGNER_URL", signer.origin)
    monkeypatch.setattr("django.db.router.db_for_read", lambda model, **hints: "owner")
    document = tmp_path / "consent.jws"
    document.write_text(token)
    call_command("check_evidence", str(document))
    assert f"passkey of person {owner.actor.person_id}" in capsys.readouterr().out
    forged = replace(artefact, max_uses=2)
    key = load_signing_key(settings.SIGNER_KEY)
    document.write_text(sign(forged.claims(), typ=Typ.CONSENT, key=key))
    with pytest.raises(CommandError, match="other_terms"):
        call_command("check_evidence", str(document))


def test_somebody_elses_device_allows_nothing(
    signer: Signer, owner: Holder, people: People
) -> None:
    request = asked(owner, people)
    thief = person_with_passkey(signer)
    browser = at_consent(owner, request)
    options = browser.ask(f"{browser.page.url}passkey/")
    device: Authenticator = thief.device
    lies = Lies(owner=owner.actor.person_id.bytes)
    page = browser.press(button="allow", passkey=device.sign(options, lies))
    assert "This passkey does not count here" in page.text
    assert request_state(request).state is RequestState.PENDING
