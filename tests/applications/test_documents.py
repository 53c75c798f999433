"""Documents: kept outside the web root, served as attachments, seen by bank and firm alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from portal.accounts.models import ActivityRow
from portal.applications import add_document as adding
from portal.applications.add_document import add_document
from portal.applications.ask_question import ask_question
from portal.applications.document_models import Document, DocumentKind
from portal.applications.document_rules import MOST_BYTES
from portal.applications.document_store import ORPHANED_AFTER, path_of
from portal.applications.models import LoanApplication
from portal.applications.open_document import open_document
from portal.applications.transitions import Status
from portal.core.errors import NotFound
from portal.products.models import Product
from tests.applications.cases import fresh, submitted, under_review
from tests.applications.files import PICTURE, pdf
from tests.personas import People
from tests.web_sme_bank.test_bank_pages import BrowserOf

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def handed_in(people: People, application: LoanApplication, data: bytes = PICTURE) -> Document:
    return add_document(
        people.sara,
        application_id=application.id,
        kind=DocumentKind.ORDER,
        name='../spring"\r\norder.html',
        data=data,
    )


def test_it_leaves_as_an_attachment_that_can_do_nothing(
    people: People, product: Product, browser_of: BrowserOf
) -> None:
    case = submitted(people.sara, product)
    document = handed_in(people, case)
    for who, name in (("sara", "sme"), ("sam", "sme"), ("bo", "bank"), ("boss", "bank")):
        answer = browser_of(who).get(reverse(f"{name}:document_download", args=[document.id]))
        assert answer.content == PICTURE
        assert answer["Content-Type"] == "image/png"
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store"
    assert document.name == 'spring"order.png'
    looks = ActivityRow.objects.filter(subject=case.ref, activity="document_opened")
    assert {look.actor for look in looks} == {people.bo.ref, people.boss.ref}


def test_it_is_nobody_elses(people: People, product: Product, browser_of: BrowserOf) -> None:
    document = handed_in(people, submitted(people.sara, product))
    for who, name in (("mallory", "sme"), ("ben", "bank")):
        url = reverse(f"{name}:document_download", args=[document.id])
        assert browser_of(who).get(url).status_code == 404


def test_it_lies_outside_the_web_root_under_a_name_of_ours(
    people: People, product: Product
) -> None:
    document = handed_in(people, submitted(people.sara, product))
    path = path_of(document.stored_as)
    assert path.read_bytes() == PICTURE
    assert Path(settings.STATIC_ROOT) not in path.parents
    assert path.stat().st_mode & 0o077 == 0
    assert str(document.id) not in document.stored_as
    path.write_bytes(pdf())
    with pytest.raises(NotFound):
        open_document(people.bo, document_id=document.id)


def test_a_file_whose_row_was_never_written_is_swept(
    people: People, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = submitted(people.sara, product)
    kept = handed_in(people, case)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the ledger is gone")

    monkeypatch.setattr(adding, "record", fail)
    with pytest.raises(RuntimeError):
        handed_in(people, case)
    files = [path for path in path_of("00").parents[1].glob("??/*") if path.is_file()]
    orphans = {path.name for path in files} - set(
        Document.objects.values_list("stored_as", flat=True)
    )
    assert orphans
    call_command("sweep_documents", verbosity=0)
    assert all(path.exists() for path in files)  # too young to tell
    for path in files:
        old = time.time() - ORPHANED_AFTER - 1
        os.utime(path, (old, old))
    call_command("sweep_documents", verbosity=0)
    assert not any(path.exists() for path in files if path.name in orphans)
    assert path_of(kept.stored_as).exists()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><script>alert(1)</script>", "holds a web page"),
        (b"", "is empty"),
        (b"%PDF-1.7\n" + bytes(MOST_BYTES), "up to 10 MB"),
    ],
)
def test_the_page_says_why_a_file_is_not_taken(
    people: People, product: Product, browser_of: BrowserOf, data: bytes, reason: str
) -> None:
    case = submitted(people.sara, product)
    url = reverse("sme:document_add", args=[case.id])
    file = SimpleUploadedFile("order.pdf", data, content_type="application/pdf")
    answer = browser_of("sara").post(url, {"kind": "order", "file": file})
    assert reason in answer.content.decode()
    assert not Document.objects.filter(application=case).exists()


def test_an_answer_brings_its_document(
    people: People, product: Product, browser_of: BrowserOf
) -> None:
    case = under_review(people.sara, product)
    ask_question(people.bo, application_id=case.id, text="Please send the order.")
    url = reverse("sme:question_answer", args=[case.id])
    sara, said = browser_of("sara"), {"text": "Here it is.", "kind": "order"}
    script = SimpleUploadedFile("order.pdf", b"<script>")
    assert "holds a web page" in sara.post(url, {**said, "file": script}).content.decode()
    assert fresh(case).status == Status.ACTION_REQUIRED
    file = SimpleUploadedFile("order.pdf", pdf())
    assert sara.post(url, {**said, "file": file}).status_code == 302
    assert fresh(case).status == Status.UNDER_REVIEW
    document = Document.objects.get(application=case)
    page = browser_of("bo").get(reverse("bank:case_detail", args=[case.id])).content.decode()
    assert reverse("bank:document_download", args=[document.id]) in page
