"""Attaching e-invoices: what is kept, who may read it, and the register of numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections

from portal.applications.advance_application import advance_application
from portal.applications.expire_offers import expire_offers
from portal.applications.models import LoanApplication
from portal.applications.remove_invoice import remove_invoice
from portal.applications.withdraw_application import withdraw_application
from portal.consents.stop_consent import stop_consent
from portal.core.actor import SystemActor
from portal.core.wire import WireRefused, load_public_keys
from portal.invoices.apply_statuses import apply_statuses
from portal.invoices.attaching import Upload
from portal.invoices.checking.comparison import Comparison
from portal.invoices.keep_statuses import keep_statuses
from portal.invoices.marks import mark_of
from portal.invoices.models import Attachment, Claim, KnownStatuses, SealedFile
from portal.invoices.queries import invoices_at
from scoring.tasks import score_application
from tests.applications.cases import (
    FIRST,
    LAST,
    SYSTEM,
    Steps,
    as_vault_worker,
    consent_of,
    drafted,
    events_of,
    fetched,
    fresh,
    new_product,
    submitted,
)
from tests.applications.offers import days_go_by, one_offer
from tests.invoices.desk import (
    attached,
    forget_lists,
    list_token,
    party,
    record_of,
    sale_of,
    uploads,
)
from tests.personas import People
from tests.taxdata.intake import as_intake

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
INTAKE, PORTAL = SystemActor("intake"), SystemActor("portal")


def test_each_file_has_its_answer_and_the_web_cannot_read_it_again(people: People) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    (genuine,) = uploads(sale_of(people.sara, 1))
    forged = Upload("forged.xml", genuine.data.replace(b"1200.00", b"9200.00"))
    rows = attached(people.sara, draft, [genuine, forged, Upload("a.pdf", b"%PDF-1.7")])
    assert [row.refusals for row in rows] == [[], ["bad_signature"], ["not_xml"]]
    assert events_of(draft) == ["invoice.checked"] * 3
    kept = Attachment.objects.get(id=rows[0].id)
    assert (kept.number_tail, kept.side, kept.amount_band) == ("0001", "sale", "under_10k")
    sealed = SealedFile.objects.filter(attachment_id__in=[row.id for row in rows])
    assert list(sealed.values_list("attachment_id", flat=True)) == [kept.id]
    for column in ("content", "wrapped"):
        with pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(f"SELECT {column} FROM invoices_sealed")


def test_a_number_stands_at_one_application_whosever_it_is(people: People) -> None:
    bank = people.bo.organisation_id
    mine, other = (drafted(people.sara, new_product(bank)) for _ in range(2))
    theirs = drafted(people.mallory, new_product(people.ben.organisation_id))
    said = replace(sale_of(people.sara, 2), buyer=party(people.mallory))
    (file,) = uploads(said)
    assert attached(people.sara, mine, [file])[0].refusals == []
    assert attached(people.sara, mine, [file])[0].refusals == ["attached_twice"]
    for actor, application in ((people.sara, other), (people.mallory, theirs)):
        assert attached(actor, application, [file])[0].refusals == ["attached_elsewhere"]
    withdraw_application(people.sara, application_id=mine.id)
    assert attached(people.mallory, theirs, [file])[0].refusals == []
    assert Claim.objects.get(mark=mark_of(said.number)).application_id == theirs.id


def test_a_number_is_free_again_once_the_offer_on_it_has_run_out(people: People) -> None:
    offer = one_offer(people)
    other = drafted(people.sara, new_product(people.ben.organisation_id))
    case = LoanApplication.objects.get(id=offer.application_id)
    (file,) = uploads(sale_of(people.sara, 4))
    Claim.objects.create(
        mark=mark_of(sale_of(people.sara, 4).number), application_id=case.id, attachment_id=uuid4()
    )
    assert attached(people.sara, other, [file])[0].refusals == ["attached_elsewhere"]
    days_go_by(offer, 15)
    assert expire_offers(SYSTEM) >= 1
    assert attached(people.sara, other, [file])[0].refusals == []


def test_what_is_removed_leaves_nothing(people: People) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    (row,) = attached(people.sara, draft, uploads(sale_of(people.sara, 3)))
    remove_invoice(people.sara, application_id=draft.id, attachment_id=row.id)
    assert not Attachment.objects.filter(id=row.id).exists()
    assert not Claim.objects.filter(attachment_id=row.id).exists()
    assert not SealedFile.objects.filter(attachment_id=row.id).exists()


def test_one_use_of_the_consent_scores_and_compares(people: People) -> None:
    application = submitted(people.sara, new_product(people.bo.organisation_id))
    agrees, differs, absent, void = (sale_of(people.sara, serial) for serial in range(10, 14))
    early = sale_of(people.sara, 14, month=FIRST - 1)
    said = (agrees, differs, absent, void, early)
    rows = attached(people.sara, application, uploads(*said))
    assert all(row.refusals == [] for row in rows)
    records = [record_of(agrees), record_of(differs, net_fen=1), record_of(void, void=True)]
    fetched(application, more={LAST: records})
    advance_application(SYSTEM, application_id=application.id)
    with as_vault_worker():
        score_application(Steps().run_of(application))
        score_application(Steps().run_of(application))  # redelivered: nothing new
    answers = Attachment.objects.filter(application_id=application.id)
    found = dict(answers.values_list("id", "comparison"))
    assert [found[row.id] for row in rows] == [
        Comparison.AGREES,
        Comparison.DIFFERS,
        Comparison.NOT_IN_RECORDS,
        Comparison.VOID_IN_RECORDS,
        Comparison.NOT_COVERED,
    ]
    assert not SealedFile.objects.filter(attachment_id__in=found).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM gate.use WHERE consent = %s", [consent_of(application)]
        )
        assert cursor.fetchone() == (1,)
    assert events_of(application).count("invoice.checked") == 10
    advance_application(SYSTEM, application_id=application.id)
    (late,) = attached(people.sara, fresh(application), uploads(sale_of(people.sara, 15)))
    assert late.comparison == Comparison.CONSENT_USED
    assert not SealedFile.objects.filter(attachment_id=late.id).exists()


def test_a_consent_stopped_after_the_score_takes_the_comparisons_with_it(people: People) -> None:
    application = submitted(people.sara, new_product(people.bo.organisation_id))
    (row,) = attached(people.sara, application, uploads(sale_of(people.sara, 16)))
    fetched(application)
    advance_application(SYSTEM, application_id=application.id)
    web = connections["default"]

    def stop(step: str) -> None:
        if step == "recorded":
            connections["default"] = web
            stop_consent(people.sara, consent_id=consent_of(application))
            connections["default"] = connections["scorer"]

    with as_vault_worker():
        score_application(replace(Steps().run_of(application), mark=stop))
    assert Attachment.objects.get(id=row.id).comparison == Comparison.WAITING
    assert "score.refused" not in events_of(application)


def test_statuses_follow_the_newest_list_and_only_that(people: People) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    good, bad, left_out = (sale_of(people.sara, serial) for serial in (20, 21, 22))
    rows = attached(people.sara, draft, uploads(good, bad, left_out))
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    stated = {good.number: "valid", bad.number: "void"}
    serial = int(datetime.now(UTC).timestamp())
    forget_lists()
    with as_intake():
        keep_statuses(INTAKE, token=list_token(serial, stated), keys=keys)
        for token in (list_token(serial - 1, {}), list_token(serial + 1, {})[:-4] + "AAAA"):
            with pytest.raises(WireRefused):
                keep_statuses(INTAKE, token=token, keys=keys)
    assert apply_statuses(PORTAL) >= 3
    assert apply_statuses(PORTAL) == 0
    told = {answer.id: answer for answer in invoices_at(draft.id, is_score_made=False).rows}
    assert [told[row.id].status for row in rows] == ["valid", "void", "not_listed"]
    assert [told[row.id].is_doubtful for row in rows] == [False, True, True]
    with as_intake():
        KnownStatuses.objects.update(next_update=datetime.now(UTC))
    told = {answer.id: answer for answer in invoices_at(draft.id, is_score_made=False).rows}
    assert [told[row.id].status for row in rows] == ["unknown", "void", "unknown"]
