"""Who looked at a firm's data: uses and refusals as the gate recorded them, and their file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.api_tokens import actor_of_token
from portal.applications.models import LoanApplication
from portal.applications.open_case import open_case
from portal.applications.release_score import release_score
from portal.consents.stop_consent import stop_consent
from portal.core.errors import NotFound
from portal.core.jobs import Job
from portal.core.months import SHANGHAI
from portal.core.spreadsheets import shown_cell
from portal.jobs.enqueue import enqueue
from portal.jobs.lease import finish, take
from portal.jobs.models import JobRow, JobStatus
from portal.oversight.complaint_models import Complaint
from portal.oversight.complaints import complaint_for
from portal.oversight.look_queries import looks_at
from portal.oversight.looks import LookFilter, LookKind
from portal.oversight.note_parties import note_parties
from portal.products.models import Product
from portal.web.formats import month_text
from portal.web.sme.look_words import Line
from tests.applications.cases import consent_of, new_product, submitted, under_review
from tests.browser.checks import check_page
from tests.browser.site import Watched
from tests.gate.parties import Parties, login, taken
from tests.ledger.facts import drain
from tests.oversight.cases import SYSTEM
from tests.personas import People, new_bank
from tests.use_cases.scenarios_tokens import made
from tests.web_sme_bank.test_bank_pages import BrowserOf

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
PAGE = "/firm/looks/"


def listed() -> None:
    drain()
    while note_parties(SYSTEM):
        pass


def used(application: LoanApplication, *, job: UUID | None = None) -> None:
    """The gate lets a job in."""
    parties = Parties(application.firm_id, application.bank_id, uuid4())
    with login("vault") as vault:
        taken(vault, parties, consent_of(application), job=job)


def refused(application: LoanApplication, *, times: int = 1, purpose: str = "monitoring") -> None:
    """The gate sends jobs away, and says so in the ledger: the consent is for one purpose."""
    with login("vault") as vault:
        for _ in range(times):
            values = [consent_of(application), application.bank_id, purpose, uuid4()]
            vault.execute("SELECT gate.take(%s, %s, %s, %s)", values)


def lines(client: Client, **asked: str) -> Sequence[Line]:
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    found: Sequence[Line] = answer.context["lines"]
    return found


def kinds(client: Client, **asked: str) -> list[LookKind | None]:
    return [line.look.kind for line in lines(client, **asked)]


def table(client: Client, **asked: str) -> list[list[str]]:
    answer = client.get(f"{PAGE}download/", asked)
    assert answer.streaming
    text = answer.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def test_a_use_and_a_refusal_say_who_what_when_and_what_for(
    people: People, browser_of: BrowserOf, product: Product
) -> None:
    application = submitted(people.sara, product)
    with transaction.atomic():
        job = take(enqueue(Job.SCORE_APPLICATION, subject=application.ref))
    assert job is not None
    used(application, job=job.id)
    finish(job, JobStatus.DONE)
    over_at = JobRow.objects.get(id=job.id).finished_at
    stop_consent(people.sara, consent_id=consent_of(application))
    refused(application, purpose="underwriting")
    listed()
    refusal, use = lines(browser_of("sara"))
    assert (use.look.kind, use.look.use_no, use.look.over_at) == ("used", 1, over_at)
    assert use.look.terms is not None
    assert use.look.months == (use.look.terms.first_month, use.look.terms.last_month)
    assert use.look.categories == ("vat_invoices",)
    assert "Lantern Demo Bank" in use.by_whom
    assert (refusal.look.kind, refusal.reason) == ("refused", "the consent was withdrawn")
    assert (refusal.look.months, refusal.data, refusal.look.over_at) == (None, "", None)
    assert (refusal.look.refused_terms, use.asked_about) == (use.look.terms, "")
    page = browser_of("sara").get(PAGE).content.decode()
    assert f"/firm/applications/{application.id}/" in page
    assert f'Nothing was seen<br><span class="small muted">{refusal.asked_about}</span>' in page
    assert month_text(use.look.terms.first_month) in refusal.asked_about


def test_the_query_narrows_by_result_bank_consent_and_day(
    people: People, browser_of: BrowserOf, product: Product
) -> None:
    first = submitted(people.sara, product)
    second = submitted(people.sara, new_product(new_bank("Second Demo Bank", "第二演示银行").id))
    used(first)
    refused(first)
    refused(second)
    listed()
    sara = browser_of("sara")
    today = timezone.now().astimezone(SHANGHAI).date()
    assert kinds(sara) == ["refused", "refused", "used"]
    assert kinds(sara, kind="used") == ["used"]
    assert kinds(sara, bank=str(first.bank_id)) == ["refused", "used"]
    assert kinds(sara, consent=str(consent_of(second))) == ["refused"]
    assert kinds(sara, consent=str(consent_of(second)), kind="used") == []
    assert len(kinds(sara, since=str(today - timedelta(days=1)), until=str(today))) == 3
    assert kinds(sara, until=str(today - timedelta(days=1))) == []
    assert len(table(sara, bank=str(second.bank_id))) == 2


def test_nonsense_in_the_address_is_told_at_its_field(
    people: People, browser_of: BrowserOf
) -> None:
    sara = browser_of("sara")
    for asked in ({"until": "0001-01-01"}, {"kind": "all"}, {"consent": "x"}, {"before": "-1"}):
        answer = sara.get(PAGE, asked)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
        assert sara.get(f"{PAGE}download/", asked).status_code == 302
    assert sara.get(PAGE, {"until": "2026-01-01", "since": "2026-01-02"}).context["form"].errors


def test_another_firm_sees_none_of_it_and_its_consent_is_absent(
    people: People, browser_of: BrowserOf, product: Product
) -> None:
    application = submitted(people.sara, product)
    used(application)
    listed()
    mallory = browser_of("mallory")
    assert kinds(mallory) == []
    assert len(table(mallory)) == 1
    for address in (PAGE, f"{PAGE}download/"):
        assert mallory.get(address, {"consent": str(consent_of(application))}).status_code == 404
    assert browser_of("bo").get(PAGE).status_code == 403


def test_a_look_that_was_not_expected_reaches_a_person(
    people: People, browser_of: BrowserOf, product: Product
) -> None:
    application = submitted(people.sara, product)
    used(application)
    listed()
    sara = browser_of("sara")
    (line,) = lines(sara)
    address = reverse("sme:complaint_file", args=["look", consent_of(application)])
    address += f"?look={line.look.entry.event_id}"
    assert address in sara.get(PAGE).content.decode()
    assert address not in browser_of("sam").get(PAGE).content.decode()
    assert browser_of("mallory").get(address).status_code == 404
    for _ in range(2):
        sara.post(address, {"words": "We had asked for nothing on that day.", "send": "yes"})
    complaint = Complaint.objects.get(look=line.look.entry.event_id)
    (line,) = lines(sara)
    assert line.disputed is not None
    assert (line.complaint, line.disputed.tone) == (complaint, "waiting")
    heading, row = table(sara)
    assert row[heading.index("Complaint")] == complaint.reference
    for person in (people.olga, people.rita, people.bo):
        assert complaint_for(person, complaint.id) == complaint
    with pytest.raises(NotFound):
        complaint_for(people.ben, complaint.id)


def test_a_bank_that_opens_the_case_shows_once_a_day_for_each_person(
    people: People, browser_of: BrowserOf, product: Product
) -> None:
    application = under_review(people.sara, product)
    system = actor_of_token(made(people.boss).secret)
    assert system is not None
    for _ in range(2):
        open_case(people.bo, application_id=application.id)
        release_score(system, application_id=application.id)
    open_case(people.boss, application_id=application.id)
    listed()
    found = lines(browser_of("sara"), kind="viewed")
    assert [line.by_whom for line in found] == [
        "A person of Lantern Demo Bank",
        "A system of Lantern Demo Bank",
        "A person of Lantern Demo Bank",
    ]
    assert {(line.data, line.look.months) for line in found} == {
        ("At most what was computed; no records", None)
    }
    (use,) = lines(browser_of("sara"), kind="used")
    assert use.look.use_no == 1


def test_pages_follow_each_other_at_one_price_and_the_file_has_all(
    people: People, browser_of: BrowserOf
) -> None:
    bank = new_bank("=1+1 Demo Bank", "=1+1演示银行")
    application = submitted(people.sara, new_product(bank.id))
    sara, costs = browser_of("sara"), []
    sara.get(PAGE)
    for more in (1, 25):
        refused(application, times=more)
        listed()
        with CaptureQueriesContext(connection) as queries:
            shown = sara.get(PAGE)
        costs.append(len(queries))
    assert costs[0] == costs[1]
    seqs = [line.look.entry.seq for line in shown.context["lines"]]
    older = sara.get(shown.context["older_url"])
    seqs += [line.look.entry.seq for line in older.context["lines"]]
    assert (len(seqs), seqs) == (26, sorted(seqs, reverse=True))
    assert older.context["older_url"] == ""
    heading, *rows = table(sara)
    assert [int(row[heading.index("Ledger number")]) for row in rows] == seqs
    assert {row[heading.index("Bank")] for row in rows} == {"'=1+1 Demo Bank"}
    batches = [len(batch) for batch in looks_at(people.sara).all(LookFilter(), size=10)]
    assert batches == [10, 10, 6]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\tx", "\rx", "＝1"])
def test_a_cell_is_never_a_formula(text: str) -> None:
    assert shown_cell(text) == f"'{text}"
    assert shown_cell(f"a{text}") == f"a{text}"


def test_the_page_with_looks_is_clean(
    people: People, product: Product, opened: Callable[..., Watched]
) -> None:
    application = submitted(people.sara, product)
    used(application)
    refused(application)
    open_case(people.bo, application_id=application.id)
    listed()
    for language in ("en", "zh-hans"):
        check_page(opened(PAGE, who="sara", language=language), language)
