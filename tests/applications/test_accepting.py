"""An offer is accepted once, by who may, as it was made; the rest of the request ends with it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from ledger.kinds import EventKind
from portal.applications.acceptances import verified_acceptance
from portal.applications.models import Acceptance, LoanApplication, Offer
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.transitions import Status
from portal.applications.withdraw_application import withdraw_application
from portal.core.errors import InvalidTransition, Refused, RuleBroken
from portal.core.jobs import Job
from portal.core.wire import Typ, load_public_keys
from portal.jobs.models import JobRow
from tests.applications.cases import SYSTEM, drafted, events_of, fresh, new_product
from tests.applications.offers import days_go_by, forged, one_offer, sign_for, two_offers
from tests.applications.test_races import at_once
from tests.gate.mandates import next_line, wait_for_lock
from tests.gate.parties import login
from tests.personas import People
from tests.use_cases.scenarios_mandates import sara_at

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def status(offer: Offer) -> str:
    return fresh(offer.application).status


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


def settle(offer: Offer) -> bool:
    return settle_acceptance(SYSTEM, funding_id=offer.funding_id)


def test_one_is_accepted_and_the_others_are_let_go(people: People) -> None:
    ours, other = two_offers(people)
    draft = drafted(people.sara, new_product(people.ben.organisation_id))
    LoanApplication.objects.filter(id=draft.id).update(funding_id=ours.funding_id)
    sign_for(people.sara, ours)
    assert JobRow.objects.filter(
        name=Job.SETTLE_ACCEPTANCE, subject=f"funding:{ours.funding_id}"
    ).exists()
    assert status(ours) == Status.OFFERED
    assert settle(ours)
    assert (status(ours), status(other)) == (Status.ACCEPTED, Status.WITHDRAWN)
    assert fresh(draft).status == Status.WITHDRAWN
    assert events_of(other.application)[-1] == EventKind.APPLICATION_WITHDRAWN
    assert not settle(ours)
    assert events_of(other.application).count(EventKind.APPLICATION_WITHDRAWN) == 1


def test_what_was_signed_names_offer_person_and_firm(people: People) -> None:
    offer = one_offer(people)
    sign_for(people.sara, offer)
    kept = Acceptance.objects.get(offer=offer)
    said = verified_acceptance(kept.jws, keys=load_public_keys(settings.SIGNER_PUBLIC_KEYS))
    assert (said.offer_id, said.offer_sha256) == (offer.id, offer.sha256)
    assert (said.person_id, said.firm_id) == (people.sara.person_id, offer.firm_id)
    assert (said.evidence.method, said.at) == (kept.method, kept.accepted_at)


def test_only_who_may_sign_for_the_firm_and_only_while_it_stands(people: People) -> None:
    offer = one_offer(people)
    for stranger in (people.mallory, people.sam, people.bo):
        assert refused(partial(sign_for, stranger, offer)) == "offer_missing"
    days_go_by(offer, 15)
    assert refused(lambda: sign_for(people.sara, offer)) == "offer_expired"
    withdrawn = one_offer(people)
    withdraw_application(people.sara, application_id=withdrawn.application_id)
    assert refused(lambda: sign_for(people.sara, withdrawn)) == "offer_withdrawn"
    assert not Acceptance.objects.filter(offer__in=[offer, withdrawn]).exists()


def test_a_second_signature_is_refused(people: People) -> None:
    ours, other = two_offers(people)
    sign_for(people.sara, ours)
    assert refused(lambda: sign_for(people.sara, ours)) == "offer_accepted"
    assert refused(lambda: sign_for(people.sara, other)) == "offer_passed_over"
    settle(ours)
    assert refused(lambda: sign_for(people.sara, ours)) == "offer_accepted"
    assert refused(lambda: sign_for(people.sara, other)) == "offer_passed_over"


def test_two_offers_accepted_at_once_one_wins(people: People) -> None:
    offers = two_offers(people)
    calls = [partial(sign_for, people.sara, offer) for offer in offers]
    assert at_once(*calls) == ["InvalidTransition", "done"]
    assert Acceptance.objects.filter(funding_id=offers[0].funding_id).count() == 1


def test_a_signed_offer_is_not_let_go_before_it_is_carried_out(people: People) -> None:
    offer = one_offer(people)
    sign_for(people.sara, offer)
    with pytest.raises(InvalidTransition):
        withdraw_application(people.sara, application_id=offer.application_id)
    settle(offer)
    assert status(offer) == Status.ACCEPTED


def test_who_signs_waits_for_a_withdrawal_that_is_under_way(people: People) -> None:
    """The page looked before; the database looks again once it holds the row."""
    offer, holding = one_offer(people), Event()

    def withdraw() -> None:
        try:
            with transaction.atomic():
                LoanApplication.objects.select_for_update(no_key=True).get(id=offer.application_id)
                LoanApplication.objects.filter(id=offer.application_id).update(
                    status=Status.WITHDRAWN
                )
                holding.set()
                time.sleep(0.5)
        finally:
            connections.close_all()

    other = Thread(target=withdraw)
    other.start()
    assert holding.wait(timeout=20)
    assert refused(lambda: sign_for(people.sara, offer)) == "offer_withdrawn"
    other.join()
    assert not Acceptance.objects.filter(offer=offer).exists()


def test_who_signs_waits_for_an_end_of_the_mandate_that_is_under_way(
    people: People, admin_url: str
) -> None:
    offer, line = one_offer(people), next_line(sara_at(people))
    said = [line.serial, line.uscc, line.authority_person, line.role, line.ended_at, "signed"]

    def signing() -> str:
        try:
            return refused(lambda: sign_for(people.sara, offer))
        finally:
            connections.close_all()

    with (
        psycopg.connect(admin_url, autocommit=True) as admin,
        login("intake", autocommit=False) as intake,
        ThreadPoolExecutor(1) as pool,
    ):
        intake.execute("SELECT sign.end_mandate(%s, %s, %s, %s, %s, %s)", said)
        waiting = pool.submit(signing)
        wait_for_lock(admin, "applications_acceptance")
        intake.commit()
        assert waiting.result(timeout=10) == "offer_missing"
    assert not Acceptance.objects.filter(offer=offer).exists()


def test_nobody_writes_one_but_the_signer_and_nobody_changes_one(people: People) -> None:
    offer, theirs = one_offer(people), one_offer(people)
    sign_for(people.sara, offer)
    insert = (
        "INSERT INTO applications_acceptance (offer_id, funding_id, firm_id, person_id, method,"
        f" jws, accepted_at) VALUES ('{theirs.id}', '%s', '{theirs.firm_id}',"
        f" '{people.sara.person_id}', 'totp', '', now())"
    )
    forbidden = (
        ("default", insert % theirs.funding_id, "permission denied"),
        ("signer", "UPDATE applications_acceptance SET method = 'x'", "permission denied"),
        ("signer", "DELETE FROM applications_acceptance", "permission denied"),
        ("owner", "UPDATE applications_acceptance SET method = 'x'", "never changed"),
        ("owner", "UPDATE applications_offer SET amount_fen = 1", "never changed"),
        # Another request's, taken for this one.
        ("signer", insert % uuid4(), "by the firm that it was made to"),
    )
    for alias, statement, words in forbidden:
        with (
            pytest.raises(DatabaseError, match=words),
            transaction.atomic(using=alias),
            connections[alias].cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.parametrize(
    ("false", "typ"),
    [
        ({"offer": str(UUID(int=1))}, Typ.ACCEPTANCE),
        ({"offer_sha256": "0" * 64}, Typ.ACCEPTANCE),
        ({"person": str(UUID(int=1))}, Typ.ACCEPTANCE),
        ({}, Typ.RESUMPTION),
    ],
    ids=["another offer", "other terms", "another person", "another kind"],
)
def test_a_row_that_the_signer_did_not_sign_moves_nothing(
    people: People, false: dict[str, str], typ: Typ
) -> None:
    offer = one_offer(people)
    sign_for(people.sara, offer)
    forged(offer, false, typ=typ)
    with pytest.raises(RuleBroken) as caught:
        settle(offer)
    assert caught.value.code == "acceptance_invalid"
    assert status(offer) == Status.OFFERED


def test_killed_in_the_middle_it_is_done_again(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, other = two_offers(people)
    sign_for(people.sara, ours)

    def killed(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("portal.applications.settle_acceptance._let_go", killed)
        with pytest.raises(SystemExit):
            settle(ours)
    assert (status(ours), status(other)) == (Status.OFFERED, Status.OFFERED)
    assert settle(ours)
    assert (status(ours), status(other)) == (Status.ACCEPTED, Status.WITHDRAWN)
