"""One invoice attached at two applications at the same moment; the control has no register."""

from __future__ import annotations

from functools import partial
from threading import Barrier

import pytest

from portal.applications.attach_invoices import attach_invoices
from portal.applications.models import LoanApplication
from portal.core.actor import Actor
from portal.invoices import attaching
from portal.invoices.attaching import Upload
from portal.invoices.marks import mark_of
from portal.invoices.models import Attachment, Claim
from tests.applications.cases import drafted, new_product
from tests.applications.test_races import WAIT, at_once
from tests.invoices.desk import sale_of, uploads
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def attached_at_once(actor: Actor, people: People, files: list[Upload]) -> list[list[str]]:
    """What each of two applications was told of the same files."""
    both = [drafted(actor, new_product(people.bo.organisation_id)) for _ in range(2)]

    def attach(application: LoanApplication) -> None:
        attach_invoices(actor, application_id=application.id, files=files)

    assert at_once(*(partial(attach, application) for application in both)) == ["done", "done"]
    rows = Attachment.objects.filter(application_id__in=[application.id for application in both])
    return sorted(list(row.refusals) for row in rows)


def test_one_of_them_has_it(people: People) -> None:
    files = uploads(sale_of(people.sara, 401), sale_of(people.sara, 402))
    told = attached_at_once(people.sara, people, files)
    assert told == [[], [], ["attached_elsewhere"], ["attached_elsewhere"]]


def test_control_without_the_register_both_have_it(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_looked = Barrier(2)

    def look_only(attachment: Attachment, number: str) -> list[str]:
        stands = Claim.objects.filter(mark=mark_of(number)).exists()
        both_looked.wait(timeout=WAIT)
        return ["attached_elsewhere"] if stands else []

    monkeypatch.setattr(attaching, "_register", look_only)
    told = attached_at_once(people.sara, people, uploads(sale_of(people.sara, 403)))
    assert told == [[], []]
