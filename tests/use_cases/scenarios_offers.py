"""Offers: accepted at the signer, carried out, signed by the bank, run out."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

from ledger.kinds import EventKind
from portal.applications.disbursement import Disbursement, Payee
from portal.applications.expire_offers import expire_offers
from portal.applications.name_account import name_account
from portal.applications.remind_of_offers import remind_of_offers
from portal.applications.settle_acceptance import settle_acceptance
from portal.applications.settle_agreement import settle_agreement
from portal.applications.withdraw_application import withdraw_application
from portal.core.actor import Actor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.servicing.ask_monitoring import ask_monitoring
from portal.signer.accept_offer import accept_offer
from portal.signer.countersign_agreement import countersign_agreement
from tests.applications.cases import SYSTEM, new_product, under_review
from tests.applications.offers import (
    accepted,
    agreed,
    bank_signs,
    days_go_by,
    evidence_for,
    forged,
    forged_by_bank,
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


@scenario(name_account)
def where_the_money_goes(people: People) -> Case:
    offer = one_offer(people)
    other = Disbursement("ecny", "0012345678901234", (Payee("Mill", "0099999999999999"),))

    def name(actor: Actor, place: Disbursement = other) -> object:
        return name_account(actor, offer_id=offer.id, place=place)

    return Case(
        run=partial(name, people.sara),
        refused=[
            (NotAllowed, partial(name, people.sam)),
            (NotAllowed, partial(name, people.bo)),
            (NotFound, partial(name, people.mallory)),
            (RuleBroken, partial(name, people.sara, other._replace(account="12"))),
            (RuleBroken, partial(name, people.sara, other._replace(rail="bank_transfer"))),
        ],
    )


@scenario(countersign_agreement, EventKind.AGREEMENT_COUNTERSIGNED)
def the_banks_signature(people: People) -> Case:
    offer, other, waiting = accepted(people), accepted(people), one_offer(people)
    elsewhere = partial(
        countersign_agreement,
        offer.id,
        person_id=people.bo.person_id,
        evidence=evidence_for(other),
        using="signer",
    )
    return Case(
        run=partial(bank_signs, people.bo, offer),
        about=offer.application.ref,
        jobs=frozenset({Job.SETTLE_ACCEPTANCE}),
        refused=[
            (NotFound, partial(bank_signs, people.sara, offer)),
            (NotFound, partial(bank_signs, people.ben, offer)),
            (NotFound, partial(bank_signs, people.bo, waiting)),
            (RuleBroken, elsewhere),
        ],
        afterwards=[(InvalidTransition, partial(bank_signs, people.boss, offer))],
    )


@scenario(settle_agreement, EventKind.AGREEMENT_SIGNED)
def both_have_signed(people: People) -> Case:
    offer, false = accepted(people), accepted(people)
    for one in (offer, false):
        bank_signs(people.bo, one)
    forged_by_bank(false, {"agreement_sha256": "0" * 64})
    invalid = partial(settle_agreement, SYSTEM, application_id=false.application_id)
    return Case(
        run=partial(settle_agreement, SYSTEM, application_id=offer.application_id),
        about=offer.application.ref,
        jobs=MESSAGE,
        refused=[(RuleBroken, invalid)],
    )


@scenario(ask_monitoring, EventKind.CONSENT_REQUESTED)
def may_the_bank_watch(people: People) -> Case:
    offer, waiting = agreed(people), accepted(people)

    def ask(actor: Actor) -> object:
        return ask_monitoring(actor, application_id=offer.application_id)

    early = partial(ask_monitoring, people.sara, application_id=waiting.application_id)
    return Case(
        run=partial(ask, people.sara),
        about=lambda asked: f"request:{asked}",
        refused=[
            (NotAllowed, partial(ask, people.sam)),
            (NotAllowed, partial(ask, people.bo)),
            (NotFound, partial(ask, people.mallory)),
            (InvalidTransition, early),
        ],
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
