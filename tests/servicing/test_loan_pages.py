"""What people do on a loan's pages, and calls of the rail, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.core.wire import load_signing_key
from portal.sandbox.money.answers import signed_answer
from portal.servicing.dispute_order import dispute_order
from portal.servicing.loans import account_of, today
from portal.servicing.look_at_loans import look_at_loans
from portal.servicing.models import Loan, MoneyOrder, OrderState
from portal.servicing.note_sent import note_sent
from portal.servicing.tasks import ACTOR
from portal.servicing.transitions import LoanStatus
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.personas import People, signed_in_client
from tests.servicing.lending import Lending, fresh, jobs_of, months_ago, work

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def page(client: Client, name: str, loan: Loan) -> str:
    answer = client.get(reverse(name, args=[loan.id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_payment_is_asked_about_before_it_is_made(lender: Lending, people: People) -> None:
    wallet = lender.wallet()
    loan = lender.running(wallet)
    client, url = signed_in_client(people.sara), reverse("sme:loan", args=[loan.id])
    asked = client.post(url, {"amount": "5,000"})
    assert asked.status_code == 200
    assert "¥5,000" in asked.content.decode()
    assert not jobs_of(loan)
    assert client.post(url, {"amount": "5,000", "sure": "yes"}).status_code == 302
    assert client.post(url, {"amount": "5,000", "sure": "yes"}).status_code == 422
    work(loan)
    seen = page(client, "sme:loan", loan)
    assert "What was paid" in seen
    assert seen.count("¥5,000") >= 1
    for nonsense in ("", "abc", "-5", "0", "99999999999", "1e3", "0.001"):
        assert client.post(url, {"amount": nonsense, "sure": "yes"}).status_code == 422
    clerk = signed_in_client(people.sam)
    assert "Pay now" not in page(clerk, "sme:loan", loan)
    assert clerk.post(url, {"amount": "5,000", "sure": "yes"}).status_code == 403


def test_the_statement_is_what_its_digest_names(lender: Lending, people: People) -> None:
    wallet = lender.wallet(fen=10**6)
    loan = lender.running(wallet)
    client = signed_in_client(people.sara)
    whole = account_of(loan, day=today()).payoff.owed_fen
    url = reverse("sme:loan", args=[loan.id])
    client.post(url, {"amount": f"{whole // 100}.{whole % 100:02d}", "sure": "yes"})
    loan = work(loan)
    assert loan.status == LoanStatus.CLOSED
    for who, name in ((people.sara, "sme:loan_statement"), (people.bo, "bank:loan_statement")):
        answer = signed_in_client(who).get(reverse(name, args=[loan.id]))
        assert json.loads(answer.content) == loan.statement
    other = signed_in_client(people.ben).get(reverse("bank:loan_statement", args=[loan.id]))
    assert other.status_code == 404


def test_a_call_has_the_order_looked_up_and_a_forged_one_does_nothing(any_lender: Lending) -> None:
    wallet = any_lender.wallet()
    loan = any_lender.opened(wallet)
    order = MoneyOrder.objects.get(loan=loan)
    note_sent(ACTOR, order_id=order.id)
    mover = any_lender.operator
    rail, folder, name = mover.rail_name, mover.folder, mover.name
    url, client = reverse("public:rail_call", args=[rail]), Client(enforce_csrf_checks=True)
    said = {"order": str(order.id), "state": "settled"}
    true = signed_answer(said, issuer=name, key=load_signing_key(folder / "operator.pem"))
    forged = signed_answer(said, issuer=name, key=load_signing_key(folder / "orderer.pem"))
    before = len(jobs_of(loan))
    bodies: tuple[object, ...] = ({"answer": forged}, {"answer": ""}, {}, [])
    for body in bodies:
        answer = client.post(url, json.dumps(body), content_type="application/json")
        assert answer.status_code == 400
    assert len(jobs_of(loan)) == before
    for _ in range(3):
        answer = client.post(url, json.dumps({"answer": true}), content_type="application/json")
        assert answer.status_code == 200
    assert len(jobs_of(loan)) == before + 1
    # It said settled, and the operator has no such order: nothing counts but what is looked up.
    assert MoneyOrder.objects.get(loan=loan).state == OrderState.SENT
    assert work(loan).status == LoanStatus.ACTIVE
    assert any_lender.fen(wallet) == loan.amount_fen - loan.fees_fen


def test_a_stopped_order_is_looked_up_again_by_an_approver(lender: Lending, people: People) -> None:
    loan = lender.opened(lender.wallet())
    order = MoneyOrder.objects.get(loan=loan)
    note_sent(ACTOR, order_id=order.id)
    dispute_order(ACTOR, order_id=order.id)
    url = reverse("bank:loan_ask_again", args=[loan.id])
    officer, approver = signed_in_client(people.bo), signed_in_client(people.boss)
    assert "Look it up again" not in page(officer, "bank:loan", loan)
    assert officer.post(url).status_code == 403
    assert "Look it up again" in page(approver, "bank:loan", loan)
    assert approver.get(url).status_code == 405
    assert approver.post(url).status_code == 302
    assert approver.post(url).status_code == 422
    assert "Look it up again" not in page(approver, "bank:loan", loan)
    assert work(loan).status == LoanStatus.ACTIVE


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_clean(
    opened: Callable[..., Watched], lender: Lending, language: str
) -> None:
    late = months_ago(lender.running(lender.wallet()), 1, days=12)
    with lender.operator.ledger.changing() as books:
        gone = lender.fen(late.account) - 1_000
        payee = lender.bank_account
        books.move("gone", payer=late.account, payee=payee, fen=gone, day=today(), why="x")
    while look_at_loans(ACTOR, day=today()):
        pass
    work(late)
    unpaid = lender.opened("0" * 16)
    work(unpaid)
    assert (fresh(late).status, fresh(unpaid).status) == ("in_arrears", "disbursement_failed")
    pages = [("sara", "/firm/loans/"), ("boss", "/bank/loans/"), ("rita", "/regulator/loans/")]
    pages += [("sara", f"/firm/loans/{one.id}/") for one in (late, unpaid)]
    pages += [("boss", f"/bank/loans/{one.id}/") for one in (late, unpaid)]
    for who, path in pages:
        check_page(opened(path, who=who, language=language), language)
