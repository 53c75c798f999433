"""Offers: accepted at the signer, carried out, signed by the bank, run out."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

from ledger.kinds import EventKind
from portal.applications.expire_offers import expire_offers
from portal.applications.remind_of_offers import remind_of_offers
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.sign_agreement import sign_agreement
from portal.applications.withdraw_application import withdraw_application
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.signer.accept_offer import accept_offer
from tests.applications.cases import SYSTEM, new_product, under_review
from tests.applications.offers import (
    accepted,
    days_go_by,
    evidence_for,
    forged,
    offered,
    one_offer,
    sign_for,
    two_offers,
)
from tests.personas import People
from tests.products.versions import in_force
from tests.use_cases.scenario import Case, scenario

MESSAGE = frozenset({Job.SEND_MESSAGE})


@scenario(accept_offer, EventKind.OFFER_ACCEPTED)
def a_signature(people: People) -> Case:
    ours, other = two_offers(people)
    elsewhere = partial(
        accept_offer, ours.id, person_id=people.sara.person_id, evidence=evidence_for(other)
    )
    return Case(
        run=partial(sign_for, people.sara, ours),
        about=ours.application.ref,
        jobs=frozenset({Job.SETTLE_ACCEPTANCE}),
        refused=[
            (NotFound, partial(sign_for, people.mallory, ours)),
            (NotFound, partial(sign_for, people.sam, ours)),
            (RuleBroken, partial(elsewhere, using="signer")),
        ],
        afterwards=[
            (InvalidTransition, partial(sign_for, people.sara, ours)),
            (InvalidTransition, partial(sign_for, people.sara, other)),
        ],
    )


@scenario(settle_acceptance, EventKind.APPLICATION_WITHDRAWN)
def what_was_signed(people: People) -> Case:
    ours, other = two_offers(people)
    sign_for(people.sara, ours)
    false = one_offer(people)
    sign_for(people.sara, false)
    forged(false, {"offer": str(uuid4())})
    return Case(
        run=partial(settle_acceptance, SYSTEM, funding_id=ours.funding_id),
        about=other.application.ref,
        jobs=MESSAGE,
        refused=[(RuleBroken, partial(settle_acceptance, SYSTEM, funding_id=false.funding_id))],
    )


@scenario(settle_acceptance)
def nothing_signed(people: People) -> Case:
    funding: UUID = one_offer(people).funding_id
    return Case(run=partial(settle_acceptance, SYSTEM, funding_id=funding))


@scenario(sign_agreement, EventKind.AGREEMENT_SIGNED)
def the_banks_signature(people: People) -> Case:
    offer, waiting = accepted(people), one_offer(people)
    assert people.bo.second_factor_at is not None
    an_hour_ago = people.bo.second_factor_at - timedelta(hours=1)
    tired = replace(people.bo, second_factor_at=an_hour_ago)

    def sign(actor: Actor) -> object:
        return sign_agreement(actor, application_id=offer.application_id)

    early = partial(sign_agreement, people.bo, application_id=waiting.application_id)
    return Case(
        run=partial(sign, people.bo),
        about=offer.application.ref,
        jobs=MESSAGE,
        refused=[
            (NotAllowed, partial(sign, people.sara)),
            (NotAllowed, partial(sign, tired)),
            (NotFound, partial(sign, people.ben)),
            (InvalidTransition, early),
        ],
        afterwards=[(InvalidTransition, partial(sign, people.bo))],
    )


@scenario(expire_offers, EventKind.OFFER_EXPIRED)
def run_out(people: People) -> Case:
    offer, signed = one_offer(people), one_offer(people)
    sign_for(people.sara, signed)
    expire_offers(SYSTEM)
    days_go_by(offer, 15)
    days_go_by(signed, 15)
    take_back = partial(withdraw_application, people.sara, application_id=offer.application_id)
    return Case(
        run=partial(expire_offers, SYSTEM),
        about=offer.application.ref,
        jobs=MESSAGE,
        afterwards=[
            (InvalidTransition, partial(sign_for, people.sara, offer)),
            (InvalidTransition, take_back),
        ],
    )


@scenario(remind_of_offers)
def the_last_days(people: People) -> Case:
    offer = one_offer(people)
    days_go_by(offer, 12)
    return Case(run=partial(remind_of_offers, SYSTEM), jobs=MESSAGE)


@scenario(withdraw_application, EventKind.APPLICATION_WITHDRAWN)
def second_thoughts(people: People) -> Case:
    product = new_product(people.bo.organisation_id)
    in_force(people.bo, people.boss, product, cooling_off_days=7)
    offer = offered(people.bo, under_review(people.sara, product))
    sign_for(people.sara, offer)
    settle_acceptance(SYSTEM, funding_id=offer.funding_id)
    bound = accepted(people)

    def withdraw(application_id: UUID) -> object:
        return withdraw_application(people.sara, application_id=application_id)

    return Case(
        run=partial(withdraw, offer.application_id),
        about=offer.application.ref,
        jobs=MESSAGE,
        refused=[(RuleBroken, partial(withdraw, bound.application_id))],
        afterwards=[(InvalidTransition, partial(withdraw, offer.application_id))],
    )
