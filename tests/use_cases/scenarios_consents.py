"""Consents: asked for, answered at the signer, paused, resumed, withdrawn."""

from __future__ import annotations

from functools import partial
from uuid import UUID, uuid4

from ledger.kinds import EventKind
from portal.accounts.models import Organisation
from portal.consents.acknowledge_end import acknowledge_end
from portal.consents.ask_firm import ask_firm
from portal.consents.erase_records import erase_records
from portal.consents.event_notices import tell_firm_of_event
from portal.consents.events_told import Told
from portal.consents.note_ends import note_ends
from portal.consents.notices import tell_firm_of_end
from portal.consents.pause_consent import pause_consent
from portal.consents.reject_request import reject_request
from portal.consents.release_consent import release_consent
from portal.consents.remind_of_ends import remind_of_ends
from portal.consents.renew_erasing import renew_erasing
from portal.consents.request_consent import request_consent
from portal.consents.requests import requests_waiting_for
from portal.consents.signing import decline, grant, resume
from portal.consents.stop_consent import stop_consent
from portal.core.actor import Actor, SystemActor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Cancelled, Job
from portal.core.months import Month
from portal.taxdata.erasing import erase_tax_data
from tests.applications.cases import FIRST, LAST, consented, drafted, new_product
from tests.gate.parties import EVIDENCE
from tests.personas import People, new_uscc
from tests.use_cases.scenario import Case, scenario

ADVANCE = frozenset({Job.ADVANCE_APPLICATION})
TOLD = frozenset({Job.TELL_CONSENT_EVENT})
ENDED = frozenset(
    {Job.NOTIFY_AUTHORITY, Job.TELL_CONSENT_ENDED, Job.ERASE_FEATURES, Job.ERASE_TAX_DATA}
)


def request(
    actor: Actor, people: People, *, first: Month = FIRST, supersedes: UUID | None = None
) -> UUID:
    """A request about sara's firm for bank A."""
    assert people.sara.organisation_id is not None
    assert people.bo.organisation_id is not None
    return request_consent(
        actor,
        firm_id=people.sara.organisation_id,
        bank_id=people.bo.organisation_id,
        purpose="underwriting",
        categories=["vat_invoices"],
        first_month=first,
        last_month=LAST,
        supersedes=supersedes,
    )


def live(people: People) -> UUID:
    """A consent that sara gave for an application."""
    return consented(people.sara, drafted(people.sara, new_product(people.bo.organisation_id)))


def live_outside_applications(people: People) -> UUID:
    """A consent that sara gave without an application."""
    asked = request(people.sara, people)
    return grant(asked, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer")


def bank_asks(
    actor: Actor, people: People, *, months: int = 12, uscc: str = "", cut: bool = False
) -> UUID:
    """A bank asks sara's firm, or one by its code."""
    assert people.sara.organisation_id is not None
    firm = Organisation.objects.get(id=people.sara.organisation_id)
    return ask_firm(
        actor,
        uscc=uscc or firm.uscc,
        purpose="monitoring",
        categories=["vat_invoices"],
        months=months,
        days=30,
        cut_to_limits=cut,
        reason="To see that the loan is still well covered.",
    )


@scenario(request_consent, EventKind.CONSENT_REQUESTED)
def terms_within_the_ceilings(people: People) -> Case:
    return Case(
        run=lambda: request(people.sara, people),
        about=lambda found: f"request:{found}",
        refused=[
            (NotAllowed, lambda: request(people.sam, people)),
            (NotFound, lambda: request(people.mallory, people)),
            (RuleBroken, lambda: request(people.sara, people, first=FIRST - 1)),
        ],
    )


@scenario(grant, EventKind.CONSENT_GRANTED)
def signed(people: People) -> Case:
    answer = partial(grant, request(people.sara, people), evidence=EVIDENCE, using="signer")
    return Case(
        run=lambda: answer(person_id=people.sara.person_id),
        about=lambda consent: f"consent:{consent}",
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotFound, lambda: answer(person_id=people.mallory.person_id)),
            (NotFound, lambda: answer(person_id=people.sam.person_id)),
        ],
        afterwards=[(InvalidTransition, lambda: answer(person_id=people.sara.person_id))],
    )


@scenario(decline, EventKind.CONSENT_DECLINED)
def a_no(people: People) -> Case:
    asked = request(people.sara, people)
    answer = partial(decline, asked, using="signer")
    return Case(
        run=lambda: answer(person_id=people.sara.person_id),
        about=f"request:{asked}",
        refused=[(NotFound, lambda: answer(person_id=people.mallory.person_id))],
        afterwards=[(InvalidTransition, lambda: answer(person_id=people.sara.person_id))],
    )


@scenario(stop_consent, EventKind.CONSENT_WITHDRAWN)
def withdrawn(people: People) -> Case:
    consent = live(people)
    return Case(
        run=lambda: stop_consent(people.sara, consent_id=consent),
        about=f"consent:{consent}",
        jobs=ADVANCE | ENDED,
        refused=[
            (NotAllowed, lambda: stop_consent(people.sam, consent_id=consent)),
            (NotFound, lambda: stop_consent(people.mallory, consent_id=consent)),
            (NotAllowed, lambda: stop_consent(people.bo, consent_id=consent)),
        ],
    )


@scenario(stop_consent)
def withdrawn_before(people: People) -> Case:
    consent = live(people)
    stop_consent(people.sara, consent_id=consent)
    return Case(run=lambda: stop_consent(people.sara, consent_id=consent))


@scenario(release_consent, EventKind.CONSENT_RELEASED)
def given_back(people: People) -> Case:
    consent = live(people)
    return Case(
        run=lambda: release_consent(people.bo, consent_id=consent),
        about=f"consent:{consent}",
        jobs=ADVANCE | ENDED,
        refused=[
            (NotAllowed, lambda: release_consent(people.sara, consent_id=consent)),
            (NotFound, lambda: release_consent(people.ben, consent_id=consent)),
        ],
    )


@scenario(request_consent, EventKind.CONSENT_REQUESTED)
def a_change(people: People) -> Case:
    old, another = live_outside_applications(people), live(people)
    return Case(
        run=lambda: request(people.sara, people, first=FIRST + 1, supersedes=old),
        about=lambda found: f"request:{found}",
        refused=[
            (RuleBroken, lambda: request(people.sara, people, supersedes=old)),
            (RuleBroken, lambda: request(people.sara, people, supersedes=another)),
            (NotFound, lambda: request(people.sara, people, supersedes=uuid4())),
        ],
    )


@scenario(grant, EventKind.CONSENT_GRANTED, EventKind.CONSENT_SUPERSEDED)
def changed(people: People) -> Case:
    old = live_outside_applications(people)
    new = request(people.sara, people, first=FIRST + 1, supersedes=old)
    return Case(
        run=lambda: grant(new, person_id=people.sara.person_id, evidence=EVIDENCE, using="signer"),
        about=[f"consent:{new}", f"consent:{old}"],
        jobs=ADVANCE | ENDED | {Job.SEND_MESSAGE},
    )


def none_waiting(people: People) -> None:
    """A bank has one request at a time before a firm."""
    for waiting in requests_waiting_for(people.sara):
        if waiting.bank_name == "Lantern Demo Bank":
            reject_request(people.sara, request_id=waiting.id)


@scenario(note_ends)
def nothing_ran_out(people: People) -> Case:
    while note_ends(using="watchdog"):
        pass  # what other tests of this database let run out
    return Case(run=lambda: note_ends(using="watchdog"))


@scenario(renew_erasing)
def nothing_is_left(people: People) -> Case:
    while renew_erasing(using="watchdog"):
        pass
    return Case(run=lambda: renew_erasing(using="watchdog"))


@scenario(tell_firm_of_end)
def the_firm_is_told(people: People) -> Case:
    ended, standing = live(people), live(people)
    stop_consent(people.sara, consent_id=ended)
    return Case(
        run=lambda: tell_firm_of_end(ended),
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (Cancelled, lambda: tell_firm_of_end(standing)),
            (Cancelled, lambda: tell_firm_of_end(uuid4())),
        ],
    )


@scenario(erase_tax_data, EventKind.DATA_ERASED)
def erased(people: People) -> Case:
    ended, standing = live(people), live(people)
    stop_consent(people.sara, consent_id=ended)
    return Case(
        run=lambda: erase_tax_data(ended, using="intake"),
        about=f"consent:{ended}",
        jobs=TOLD,
        refused=[
            (Cancelled, lambda: erase_tax_data(standing, using="intake")),
            (Cancelled, lambda: erase_tax_data(uuid4(), using="intake")),
        ],
    )


@scenario(tell_firm_of_event)
def told_of_a_pause(people: People) -> Case:
    tell = partial(tell_firm_of_event, what=Told.PAUSED, once="scenario")
    consent = live(people)
    return Case(
        run=lambda: tell(consent),
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[(Cancelled, lambda: tell(uuid4()))],
    )


@scenario(remind_of_ends)
def reminded_of_an_end(people: People) -> Case:
    live(people)  # ends later: nobody is written to
    remind_of_ends(SystemActor("consents"))  # what other tests left is told of once, before
    return Case(run=lambda: remind_of_ends(SystemActor("consents")))


@scenario(erase_records, EventKind.CONSENT_ERASURE_WISHED)
def no_longer_kept(people: People) -> Case:
    kept, standing = live(people), live(people)
    stop_consent(people.sara, consent_id=kept, keeps_records=True)
    return Case(
        run=lambda: erase_records(people.sara, consent_id=kept),
        about=f"consent:{kept}",
        jobs=frozenset({Job.ERASE_TAX_DATA}),
        refused=[
            (NotAllowed, lambda: erase_records(people.sam, consent_id=kept)),
            (NotAllowed, lambda: erase_records(people.bo, consent_id=kept)),
            (NotFound, lambda: erase_records(people.mallory, consent_id=kept)),
            (InvalidTransition, lambda: erase_records(people.sara, consent_id=standing)),
        ],
    )


@scenario(erase_records)
def nothing_was_kept(people: People) -> Case:
    ended = live(people)
    stop_consent(people.sara, consent_id=ended)
    return Case(run=lambda: erase_records(people.sara, consent_id=ended))


@scenario(ask_firm, EventKind.CONSENT_REQUESTED)
def a_bank_asks(people: People) -> Case:
    none_waiting(people)
    return Case(
        run=lambda: bank_asks(people.bo, people),
        about=lambda found: f"request:{found}",
        jobs=frozenset({Job.SEND_MESSAGE}),
        refused=[
            (NotAllowed, lambda: bank_asks(people.sara, people)),
            (RuleBroken, lambda: bank_asks(people.bo, people, months=36)),
        ],
        afterwards=[(RuleBroken, lambda: bank_asks(people.bo, people))],
    )


@scenario(ask_firm)
def a_bank_asks_a_firm_that_is_not_here(people: People) -> Case:
    return Case(run=lambda: bank_asks(people.bo, people, uscc=new_uscc()))


@scenario(reject_request, EventKind.CONSENT_DECLINED)
def a_no_in_the_portal(people: People) -> Case:
    none_waiting(people)
    asked = bank_asks(people.bo, people)
    return Case(
        run=lambda: reject_request(people.sara, request_id=asked),
        about=f"request:{asked}",
        refused=[
            (NotAllowed, lambda: reject_request(people.sam, request_id=asked)),
            (NotFound, lambda: reject_request(people.mallory, request_id=asked)),
            (NotAllowed, lambda: reject_request(people.bo, request_id=asked)),
        ],
        afterwards=[(InvalidTransition, lambda: reject_request(people.sara, request_id=asked))],
    )


@scenario(acknowledge_end, EventKind.CONSENT_END_ACKNOWLEDGED)
def the_bank_knows(people: People) -> Case:
    ended, standing = live(people), live(people)
    stop_consent(people.sara, consent_id=ended)
    return Case(
        run=lambda: acknowledge_end(people.bo, consent_id=ended),
        about=f"consent:{ended}",
        refused=[
            (NotAllowed, lambda: acknowledge_end(people.sara, consent_id=ended)),
            (NotFound, lambda: acknowledge_end(people.ben, consent_id=ended)),
            (InvalidTransition, lambda: acknowledge_end(people.bo, consent_id=standing)),
        ],
    )


@scenario(acknowledge_end)
def the_bank_knew(people: People) -> Case:
    ended = live(people)
    stop_consent(people.sara, consent_id=ended)
    acknowledge_end(people.bo, consent_id=ended)
    return Case(run=lambda: acknowledge_end(people.boss, consent_id=ended))


@scenario(pause_consent, EventKind.CONSENT_PAUSED)
def paused(people: People) -> Case:
    consent = live(people)
    return Case(
        run=lambda: pause_consent(people.sara, consent_id=consent),
        about=f"consent:{consent}",
        jobs=ADVANCE | TOLD,
        refused=[
            (NotAllowed, lambda: pause_consent(people.sam, consent_id=consent)),
            (NotFound, lambda: pause_consent(people.mallory, consent_id=consent)),
        ],
        afterwards=[
            (InvalidTransition, lambda: pause_consent(people.sara, consent_id=consent)),
        ],
    )


@scenario(resume, EventKind.CONSENT_RESUMED)
def resumed(people: People) -> Case:
    consent = live(people)
    pause_consent(people.sara, consent_id=consent)
    again = partial(resume, consent, using="signer")
    return Case(
        run=lambda: again(person_id=people.sara.person_id),
        about=f"consent:{consent}",
        jobs=ADVANCE | TOLD,
        refused=[(NotFound, lambda: again(person_id=uuid4()))],
        afterwards=[(InvalidTransition, lambda: again(person_id=people.sara.person_id))],
    )
