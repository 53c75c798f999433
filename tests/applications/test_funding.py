"""One wish for money, put to several banks: chosen together, answered once, each sent alone."""

from __future__ import annotations

from collections.abc import Callable
from queue import Queue
from threading import Barrier, Thread, current_thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connections

from portal.applications.advance_application import advance_application
from portal.applications.funding_rules import MOST_BANKS, terms_in_common
from portal.applications.models import FundingRequest, LoanApplication
from portal.applications.rules import ProductTerms
from portal.applications.start_application import start_application
from portal.applications.start_funding import start_funding
from portal.applications.submit_application import submit_application
from portal.applications.transitions import Status
from portal.applications.update_terms import update_terms
from portal.core.actor import Actor, SystemActor
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.products.create_product import create_product
from portal.products.models import Product
from portal.products.rules import ProductBounds, ProductTexts
from tests.applications.cases import (
    SYSTEM,
    consented,
    drafted,
    fetch_failed,
    fresh,
    new_product,
    submitted,
)
from tests.applications.test_races import WAIT, at_once
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def lending(bank_id: UUID | None, *, least: int, most: int, terms: tuple[int, ...]) -> Product:
    """A product of these bounds, amounts in whole yuan."""
    assert bank_id is not None
    name = f"Bounded Loan {uuid4().hex[:8]}"
    texts = ProductTexts(name, f"限额贷{name[-8:]}", "For machines.", "用于购置设备。")
    bounds = ProductBounds(least * 100, most * 100, terms, 500)
    return create_product(SystemActor("tests"), bank_id=bank_id, texts=texts, bounds=bounds)


def two(people: People) -> list[Product]:
    """One product of each bank; both lend ¥50,000 to ¥3,000,000 over 6, 12 or 24 months."""
    return [new_product(people.bo.organisation_id), new_product(people.ben.organisation_id)]


def asked(actor: Actor, products: list[Product]) -> list[LoanApplication]:
    return start_funding(actor, product_ids=[product.id for product in products])


def requests_of(actor: Actor) -> int:
    return FundingRequest.objects.filter(firm_id=actor.organisation_id).count()


def test_several_products_are_one_request_however_often_it_is_posted(people: People) -> None:
    products = two(people)
    drafts = asked(people.sara, products)
    assert [draft.product_id for draft in drafts] == [product.id for product in products]
    assert len({draft.funding_id for draft in drafts}) == 1
    again = asked(people.sara, [*products, products[0]])
    assert {draft.id for draft in again} == {draft.id for draft in drafts}
    assert requests_of(people.sara) == 1


def test_a_draft_joins_with_its_answers_and_what_was_sent_stays(people: People) -> None:
    first, second = two(people)
    sent, draft = submitted(people.sara, first), drafted(people.sara, first)
    joined, new = asked(people.sara, [first, second])
    assert (joined.id, joined.funding_id) == (draft.id, draft.funding_id)
    assert (new.amount_fen, new.term_months) == (50_000_000, 12)
    assert new.use_of_funds == draft.use_of_funds
    assert fresh(sent).funding_id not in {joined.funding_id, new.funding_id}


def test_an_answer_that_does_not_suit_all_is_asked_again(people: People) -> None:
    product = new_product(people.bo.organisation_id)
    draft = drafted(people.sara, product)
    bank = people.ben.organisation_id
    small = lending(bank, least=100_000, most=300_000, terms=(12,))
    asked(people.sara, [product, small])
    assert (fresh(draft).amount_fen, fresh(draft).term_months) == (None, 12)


def test_a_request_that_has_others_too_keeps_them(people: People) -> None:
    first, second = two(people)
    third = new_product(people.ben.organisation_id)
    before = asked(people.sara, [first, second])
    after = asked(people.sara, [second, third])
    assert fresh(before[0]).funding_id == before[0].funding_id
    assert {fresh(draft).funding_id for draft in after} == {after[0].funding_id}
    assert after[0].funding_id != before[0].funding_id


@pytest.mark.parametrize(
    ("bounds", "code", "told"),
    [
        ([(5, 10, (12,)), (20, 30, (12,))], "amounts_apart", ["¥20", "¥10", "one", "two"]),
        ([(5, 30, (6, 12)), (20, 30, (24,))], "terms_apart", ["one (6, 12)", "two (24)"]),
        ([(5, 9, (6,)), (1, 9, (6, 12))], "", []),
    ],
)
def test_what_suits_no_answer_is_refused_by_name(
    bounds: list[tuple[int, int, tuple[int, ...]]], code: str, told: list[str]
) -> None:
    by_name = {
        name: ProductTerms(least * 100, most * 100, terms)
        for name, (least, most, terms) in zip(("one", "two"), bounds, strict=True)
    }
    if not code:
        assert terms_in_common(by_name) == ProductTerms(500, 900, (6,))
        return
    with pytest.raises(RuleBroken) as refused:
        terms_in_common(by_name)
    assert refused.value.code == code
    assert [words in refused.value.message for words in told] == [True] * len(told)


def test_a_refused_choice_leaves_nothing_behind(people: People) -> None:
    bank = people.bo.organisation_id
    small = lending(bank, least=10_000, most=20_000, terms=(12,))
    large = lending(bank, least=30_000, most=90_000, terms=(12,))
    wrong: list[tuple[list[UUID], type[Exception]]] = [
        ([small.id, large.id], RuleBroken),
        ([], RuleBroken),
        ([uuid4() for _ in range(MOST_BANKS + 1)], RuleBroken),
        ([small.id, uuid4()], NotFound),
    ]
    for product_ids, refusal in wrong:
        with pytest.raises(refusal):
            start_funding(people.sara, product_ids=product_ids)
    for actor, refusal in ((people.sam, NotAllowed), (people.bo, NotAllowed)):
        with pytest.raises(refusal):
            start_funding(actor, product_ids=[small.id])
    assert requests_of(people.sara) == 0


def test_an_answer_fills_all_drafts_of_the_request_and_holds_to_all_bounds(people: People) -> None:
    product = new_product(people.bo.organisation_id)
    small = lending(people.ben.organisation_id, least=100_000, most=300_000, terms=(12, 36))
    drafts = asked(people.sara, [product, small])
    other = drafted(people.mallory, product)
    update_terms(people.sara, application_id=drafts[0].id, amount_fen=30_000_000, term_months=12)
    assert [(fresh(d).amount_fen, fresh(d).term_months) for d in drafts] == [(30_000_000, 12)] * 2
    answers: list[dict[str, Any]] = [
        {"amount_fen": 30_000_001},
        {"amount_fen": 9_999_999},
        {"term_months": 36},
    ]
    for wrong in answers:
        with pytest.raises(RuleBroken):
            update_terms(people.sara, application_id=drafts[1].id, **wrong)
    assert fresh(drafts[0]).amount_fen == 30_000_000
    assert fresh(other).amount_fen == 50_000_000


def test_a_stopped_application_is_changed_alone(people: People) -> None:
    drafts = asked(people.sara, two(people))
    LoanApplication.objects.filter(id=drafts[1].id).update(amount_fen=7_000_000)
    sent = submitted(people.sara, drafts[0].product)
    fetch_failed(sent)
    advance_application(SYSTEM, application_id=sent.id)
    assert fresh(sent).status == Status.ACTION_REQUIRED
    before = fresh(drafts[1]).amount_fen
    update_terms(people.sara, application_id=sent.id, amount_fen=8_000_000)
    assert (fresh(sent).amount_fen, fresh(drafts[1]).amount_fen) == (8_000_000, before)
    update_terms(people.sara, application_id=drafts[1].id, amount_fen=9_000_000)
    assert fresh(sent).amount_fen == 8_000_000


def starts(people: People, products: list[Product]) -> list[Callable[[], object]]:
    """Both ways to begin, in both orders."""
    return [
        lambda: asked(people.sara, products),
        lambda: asked(people.sara, products[::-1]),
    ]


def test_two_choices_at_once_make_one_request(people: People) -> None:
    products = two(people)
    single = [lambda: start_application(people.sara, product_id=products[0].id)]
    assert at_once(*starts(people, products), *single) == ["done"] * 3
    drafts = LoanApplication.objects.filter(product__in=products)
    assert drafts.count() == 2
    assert len(set(drafts.values_list("funding_id", flat=True))) == 1


def test_control_without_the_lock_both_begin(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_looked = Barrier(2)

    def look(firm_id: UUID, products: list[Product]) -> list[LoanApplication]:
        found = list(LoanApplication.objects.filter(firm_id=firm_id, product__in=products))
        both_looked.wait(timeout=WAIT)
        return found

    monkeypatch.setattr(
        "portal.applications.start_funding.lock_starts", lambda actor: actor.organisation_id
    )
    monkeypatch.setattr("portal.applications.start_funding.drafts_for", look)
    assert "IntegrityError" in at_once(*starts(people, [new_product(people.bo.organisation_id)]))


def test_what_is_being_sent_is_not_changed_by_an_answer_beside_it(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    products = two(people)
    asked(people.sara, products)
    answering, sending = [drafted(people.sara, product) for product in products]
    consented(people.sara, sending)
    sent: Queue[int | None] = Queue()

    def send() -> None:
        sent.put(submit_application(people.sara, application_id=sending.id).amount_fen)
        connections.close_all()

    sender = Thread(target=send)

    def send_meanwhile(amount_fen: int, terms: ProductTerms) -> None:
        if current_thread() is sender:  # sending checks the amount too
            return
        sender.start()
        sender.join(timeout=1)  # held up by the lock; without one it is over by now

    monkeypatch.setattr("portal.applications.update_terms.rules.check_amount", send_meanwhile)
    update_terms(people.sara, application_id=answering.id, amount_fen=60_000_000)
    monkeypatch.undo()
    sender.join(timeout=WAIT)
    assert sent.get(timeout=WAIT) == fresh(sending).amount_fen


def test_two_answers_at_once_both_end(people: People) -> None:
    drafts = asked(people.sara, two(people))

    def answer(draft: LoanApplication, amount_fen: int) -> Callable[[], object]:
        return lambda: update_terms(people.sara, application_id=draft.id, amount_fen=amount_fen)

    for _ in range(5):
        ends = at_once(answer(drafts[0], 6_000_000), answer(drafts[1], 7_000_000))
        assert ends == ["done", "done"]
        assert len({fresh(draft).amount_fen for draft in drafts}) == 1
