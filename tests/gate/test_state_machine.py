"""Any order of acts by anybody: the gate, the pages' queries and the ledger agree with the model.

Two firms, two banks, three people. Every act is the real use case with its own log-in; after each
step every consent's state is the model's, and a reader sees exactly the months of a live one.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from portal.consents.pause_consent import pause_consent
from portal.consents.queries import consents_visible_to
from portal.consents.release_consent import release_consent
from portal.consents.request_consent import request_consent
from portal.consents.signing import decline, grant, resume
from portal.consents.stop_consent import stop_consent
from portal.consents.transitions import ConsentState as State
from portal.core.actor import Actor, Role
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.months import months_between
from tests.gate.lifecycle import SPANS, Asked, Cast, Expected, new_cast, officer_of
from tests.gate.parties import EVIDENCE, Connection, enter, granted, rewritten, sealed, value
from tests.outbox import events_about

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
# Mostly those who may, or little would ever happen.
WHO = st.sampled_from(["its owner", "its owner", "its owner", "a stranger", "the clerk"])
FIRMS = st.sampled_from([0, 1])
BANKS = st.sampled_from(["its own", "its own", "its own", "another"])
SPAN = st.integers(0, len(SPANS) - 1)
REFUSALS = (NotAllowed, NotFound, InvalidTransition, RuleBroken)


class Lifecycle(RuleBasedStateMachine):
    """The acts; each knows from the model whether it has to succeed, and how it is refused."""

    requests = Bundle("requests")
    consents = Bundle("consents")
    cast: Cast
    admin: Connection
    vault: Connection

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[UUID, Asked] = {}
        self.given: dict[UUID, Expected] = {}

    @initialize(target=consents)
    def begin(self) -> object:
        """Each firm has let each bank in."""
        pairs = product(self.cast.owners, self.cast.banks)
        return multiple(*(self._begun(owner, bank) for owner, bank in pairs))

    @rule(target=requests, firm=FIRMS, who=WHO, whose=BANKS, span=SPAN)
    def ask(self, firm: int, who: str, whose: str, span: int) -> object:
        actor = self._person(who, self.cast.firms[firm])
        return self._ask(actor, self._bank(whose, self.cast.banks[firm]), span, None)

    @rule(target=requests, who=WHO, old=consents, span=SPAN)
    def ask_for_a_change(self, who: str, old: UUID, span: int) -> object:
        one = self.given[old]
        return self._ask(self._person(who, one.firm), one.bank, span, old)

    @rule(target=consents, who=WHO, request=requests)
    def sign(self, who: str, request: UUID) -> object:
        asked = self.asked[request]
        actor = self._person(who, asked.firm)
        refusal = self._answer_refusal(actor, asked)
        if refusal is None and asked.supersedes and not self.given[asked.supersedes].is_standing:
            refusal = RuleBroken
        self._do(
            lambda: grant(request, person_id=actor.person_id, evidence=EVIDENCE, using="signer"),
            refusal,
        )
        if refusal is not None:
            return multiple()
        asked.is_pending = False
        if asked.supersedes:
            self.given[asked.supersedes].becomes(State.SUPERSEDED, "consent.superseded")
        self.given[request] = Expected(asked.firm, asked.bank, asked.span)
        return request

    @rule(who=WHO, request=requests)
    def say_no(self, who: str, request: UUID) -> None:
        asked = self.asked[request]
        actor = self._person(who, asked.firm)
        refusal = self._answer_refusal(actor, asked)
        self._do(lambda: decline(request, person_id=actor.person_id, using="signer"), refusal)
        asked.is_pending &= refusal is not None

    @rule(who=WHO, consent=consents)
    def withdraw(self, who: str, consent: UUID) -> None:
        one = self.given[consent]
        actor = self._person(who, one.firm)
        refusal = self._stop_refusal(actor, one)
        if refusal is None and one.state is not State.WITHDRAWN and not one.is_stoppable:
            refusal = InvalidTransition
        self._do(lambda: stop_consent(actor, consent_id=consent), refusal)
        if refusal is None and one.state is not State.WITHDRAWN:
            one.becomes(State.WITHDRAWN, "consent.withdrawn")

    @rule(who=WHO, consent=consents)
    def pause(self, who: str, consent: UUID) -> None:
        one = self.given[consent]
        actor = self._person(who, one.firm)
        refusal = self._stop_refusal(actor, one)
        if refusal is None and one.state is not State.ACTIVE:
            refusal = InvalidTransition
        self._do(lambda: pause_consent(actor, consent_id=consent), refusal)
        if refusal is None:
            one.becomes(State.PAUSED, "consent.paused")

    @rule(who=WHO, consent=consents)
    def resume(self, who: str, consent: UUID) -> None:
        one = self.given[consent]
        actor = self._person(who, one.firm)
        refusal: type[Exception] | None = None if one.state is State.PAUSED else InvalidTransition
        if refusal is None and not self._may_sign(actor, one.firm):
            refusal = NotFound
        self._do(lambda: resume(consent, person_id=actor.person_id, using="signer"), refusal)
        if refusal is None:
            one.becomes(State.ACTIVE, "consent.resumed")

    @rule(whose=BANKS, consent=consents)
    def give_back(self, whose: str, consent: UUID) -> None:
        one = self.given[consent]
        officer = officer_of(self._bank(whose, one.bank))
        refusal: type[Exception] | None = None if one.bank == officer.organisation_id else NotFound
        if refusal is None and one.state is not State.WITHDRAWN and not one.is_stoppable:
            refusal = InvalidTransition
        self._do(lambda: release_consent(officer, consent_id=consent), refusal)
        if refusal is None and one.state is not State.WITHDRAWN:
            one.becomes(State.WITHDRAWN, "consent.released")

    @rule(consent=consents)
    def time_passes(self, consent: UUID) -> None:
        past = "not_before = now() - interval '2 days', expires_at = now() - interval '1 second'"
        rewritten(self.admin, consent, past)
        if self.given[consent].is_standing:
            self.given[consent].becomes(State.EXPIRED)

    @rule(whose=BANKS, consent=consents)
    def use(self, whose: str, consent: UUID) -> None:
        one = self.given[consent]
        bank_id = self._bank(whose, one.bank)
        fits = one.state is State.ACTIVE and one.bank == bank_id and one.uses == 0
        ticket = value(
            self.vault,
            "SELECT ticket FROM gate.take(%s, %s, 'underwriting', %s)",
            [consent, bank_id, uuid4()],
        )
        self.vault.commit()
        assert (ticket is not None) == fits
        one.uses += fits
        one.kinds.append("data.used" if fits else "data.refused")
        if fits:
            enter(self.vault, ticket)
        rows = self.vault.execute("SELECT firm, month FROM vault.chunk WHERE kind = 'summary'")
        expected = {(one.firm, month.first) for month in months_between(*one.span)}
        assert set(rows.fetchall()) == (expected if fits else set())
        self.vault.rollback()

    @invariant()
    def the_gate_and_the_pages_agree(self) -> None:
        for actor in self.cast.owners:
            shown = {view.id: view.state for view in consents_visible_to(actor, size=1000).rows}
            wanted = {
                consent: one.state
                for consent, one in self.given.items()
                if one.firm == actor.organisation_id
            }
            assert shown.items() >= wanted.items()

    def teardown(self) -> None:
        for consent, one in self.given.items():
            assert [event["kind"] for event in events_about(f"consent:{consent}")] == one.kinds

    def _begun(self, owner: Actor, bank: UUID) -> UUID:
        request = self._ask(owner, bank, 0, None)
        assert isinstance(request, UUID)
        grant(request, person_id=owner.person_id, evidence=EVIDENCE, using="signer")
        asked = self.asked[request]
        asked.is_pending = False
        self.given[request] = Expected(asked.firm, asked.bank, asked.span)
        return request

    def _person(self, who: str, firm: UUID) -> Actor:
        if who == "the clerk":
            return self.cast.clerk
        is_first = firm == self.cast.firms[0]
        return self.cast.owners[is_first if who == "a stranger" else not is_first]

    def _bank(self, whose: str, bank: UUID) -> UUID:
        first, second = self.cast.banks
        return bank if whose == "its own" else {first: second, second: first}[bank]

    def _ask(self, actor: Actor, bank: UUID, span: int, old: UUID | None) -> object:
        refusal = self._ask_refusal(actor, span, old)
        firm = actor.organisation_id
        assert firm is not None
        request = self._do(
            lambda: request_consent(
                actor,
                firm_id=firm,
                bank_id=bank,
                purpose="underwriting",
                categories=["vat_invoices"],
                first_month=SPANS[span][0],
                last_month=SPANS[span][1],
                supersedes=old,
            ),
            refusal,
        )
        if not isinstance(request, UUID):
            return multiple()
        self.asked[request] = Asked(firm, bank, SPANS[span], old)
        return request

    def _ask_refusal(self, actor: Actor, span: int, old: UUID | None) -> type[Exception] | None:
        if Role.FIRM_CLERK in actor.roles:
            return NotAllowed
        if old is None:
            return None
        one = self.given[old]
        if one.firm != actor.organisation_id:
            return NotFound
        if not one.is_standing:
            return InvalidTransition
        return RuleBroken if one.span == SPANS[span] else None

    def _answer_refusal(self, actor: Actor, asked: Asked) -> type[Exception] | None:
        if not self._may_sign(actor, asked.firm):
            return NotFound
        return None if asked.is_pending else InvalidTransition

    def _stop_refusal(self, actor: Actor, one: Expected) -> type[Exception] | None:
        if Role.FIRM_CLERK in actor.roles:
            return NotAllowed
        return None if one.firm == actor.organisation_id else NotFound

    def _may_sign(self, actor: Actor, firm: UUID) -> bool:
        return actor.organisation_id == firm and Role.FIRM_CLERK not in actor.roles

    def _do(self, act: Callable[[], object], refusal: type[Exception] | None) -> object:
        """The act's result; with a refusal expected, exactly that one and nothing else."""
        if refusal is None:
            return act()
        with pytest.raises(REFUSALS) as refused:
            act()
        assert issubclass(refused.type, refusal)
        return None


def test_any_order_of_acts(keys: None, admin: Connection, vault: Connection) -> None:
    class Here(Lifecycle):
        cast = new_cast()

    Here.admin, Here.vault = admin, vault
    for firm in (Here.cast.first, Here.cast.second):
        sealed(firm, granted(firm))
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            # Shrinking walks a real database for minutes; the failing run is printed whole.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
