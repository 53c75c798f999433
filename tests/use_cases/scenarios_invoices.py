"""Attached e-invoices and the status list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.conf import settings

from ledger.kinds import EventKind
from portal.applications.attach_invoices import attach_invoices
from portal.applications.models import LoanApplication
from portal.applications.remove_invoice import remove_invoice
from portal.consents.door import ConsentRefused
from portal.consents.stop_consent import stop_consent
from portal.core.actor import SystemActor
from portal.core.errors import InvalidTransition, NotAllowed, NotFound, RuleBroken
from portal.core.jobs import Job
from portal.core.wire import Typ, WireRefused, load_public_keys, sign
from portal.invoices.apply_statuses import apply_statuses
from portal.invoices.ask_statuses import ask_statuses
from portal.invoices.checking.comparison import Comparison
from portal.invoices.erase_files import KEPT_DAYS, erase_files
from portal.invoices.keep_statuses import keep_statuses
from portal.invoices.marks import mark_of
from portal.invoices.models import Attachment
from portal.invoices.record_comparisons import record_comparisons
from tests.applications.cases import consent_of, drafted, new_product, submitted
from tests.invoices.desk import (
    attached,
    authority_key,
    forget_lists,
    list_token,
    sale_of,
    uploads,
)
from tests.personas import People
from tests.use_cases.scenario import Case, logged_in, running_as, scenario

INTAKE, PORTAL, WORKER = SystemActor("intake"), SystemActor("portal"), SystemActor("vault-worker")


@scenario(attach_invoices, EventKind.INVOICE_CHECKED, EventKind.INVOICE_CHECKED)
def a_genuine_and_a_forged_invoice(people: People) -> Case:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    (file,) = uploads(sale_of(people.sara, 101))
    both = [file, *uploads(sale_of(people.mallory, 102))]

    def attach(who: str = "sara", count: int = 1) -> list[Attachment]:
        actor = people.by_name()[who]
        return attach_invoices(actor, application_id=draft.id, files=both * count)

    return Case(
        run=attach,
        about=[draft.ref, draft.ref],
        jobs=frozenset({Job.FETCH_INVOICE_STATUSES}),
        refused=[
            (NotAllowed, lambda: attach("sam")),
            (NotFound, lambda: attach("mallory")),
            (RuleBroken, lambda: attach(count=0)),
            (RuleBroken, lambda: attach(count=11)),
        ],
    )


@scenario(remove_invoice, EventKind.INVOICE_REMOVED)
def an_invoice_taken_back(people: People) -> Case:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    (row,) = attached(people.sara, draft, uploads(sale_of(people.sara, 103)))
    sent = submitted(people.sara, new_product(people.bo.organisation_id))
    (seen,) = attached(people.sara, sent, uploads(sale_of(people.sara, 104)))

    def remove(who: str = "sara") -> None:
        remove_invoice(people.by_name()[who], application_id=draft.id, attachment_id=row.id)

    def remove_seen() -> None:
        remove_invoice(people.sara, application_id=sent.id, attachment_id=seen.id)

    return Case(
        run=remove,
        about=draft.ref,
        refused=[
            (NotAllowed, lambda: remove("sam")),
            (NotFound, lambda: remove("mallory")),
            (InvalidTransition, remove_seen),
        ],
        afterwards=[(NotFound, remove)],
    )


@scenario(ask_statuses)
def a_timer_s_asking(people: People) -> Case:
    return Case(
        run=lambda: ask_statuses(SystemActor("timer"), slot=uuid4().hex),
        jobs=frozenset({Job.FETCH_INVOICE_STATUSES}),
    )


@scenario(keep_statuses)
def a_newer_list(people: People) -> Case:
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    serial = int(datetime.now(UTC).timestamp())
    forget_lists()

    def keep(token: str) -> int:
        return keep_statuses(INTAKE, token=token, keys=keys)

    other = sign({"iss": "x"}, typ=Typ.INVOICE_STATUSES, key=authority_key())
    return Case(
        run=running_as("intake", lambda: keep(list_token(serial + 1, {}))),
        jobs=frozenset({Job.APPLY_INVOICE_STATUSES}),
        refused=[(WireRefused, running_as("intake", lambda: keep(other)))],
        afterwards=[(WireRefused, running_as("intake", lambda: keep(list_token(serial, {}))))],
    )


@scenario(apply_statuses, EventKind.INVOICE_CHECKED)
def an_invoice_that_the_list_calls_void(people: People) -> Case:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    said = sale_of(people.sara, 105)
    attached(people.sara, draft, uploads(said))
    _leave_only(said.number)
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    with logged_in("intake"):
        forget_lists()
        token = list_token(int(datetime.now(UTC).timestamp()), {said.number: "void"})
        keep_statuses(INTAKE, token=token, keys=keys)
    return Case(run=lambda: apply_statuses(PORTAL), about=draft.ref)


@scenario(record_comparisons, EventKind.INVOICE_CHECKED)
def an_answer_of_the_vault_worker(people: People) -> Case:
    sent = submitted(people.sara, new_product(people.bo.organisation_id))
    (row,) = attached(people.sara, sent, uploads(sale_of(people.sara, 106)))
    stopped = submitted(people.sara, new_product(people.bo.organisation_id))
    stop_consent(people.sara, consent_id=consent_of(stopped))

    def keep(application: LoanApplication) -> None:
        found = {row.id: Comparison.AGREES}
        record_comparisons(WORKER, consent_id=consent_of(application), found=found)

    return Case(
        run=running_as("scorer", lambda: keep(sent)),
        about=sent.ref,
        refused=[(ConsentRefused, running_as("scorer", lambda: keep(stopped)))],
    )


@scenario(erase_files, EventKind.INVOICE_CHECKED)
def a_file_that_nobody_compared(people: People) -> Case:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    (row,) = attached(people.sara, draft, uploads(sale_of(people.sara, 107)))
    kept = timedelta(days=KEPT_DAYS, seconds=1)
    Attachment.objects.filter(id=row.id).update(attached_at=datetime.now(UTC) - kept)
    return Case(run=lambda: erase_files(SystemActor("timer")), about=draft.ref)


def _leave_only(number: str) -> None:
    """Earlier scenarios' invoices, which this list doesn't name, would be told of too."""
    Attachment.objects.exclude(number_mark=mark_of(number)).delete()
