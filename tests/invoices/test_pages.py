"""The firm's page of its e-invoices, and what the bank sees of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.applications.models import LoanApplication
from portal.consents.pause_consent import pause_consent
from portal.invoices.attaching import Upload
from portal.invoices.models import Attachment
from portal.web.invoice_reasons import REASONS
from portal.web.uploads import MOST_BYTES
from tests.applications.cases import consent_of, drafted, new_product, under_review
from tests.invoices.desk import attached, sale_of, uploads
from tests.invoices.forgeries import FORGED
from tests.personas import People

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
Browsers = Callable[[str], Client]


def sent(*files: Upload) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(file.name, file.data) for file in files]


def address_of(application: LoanApplication) -> str:
    return reverse("sme:invoices", args=[application.id])


def test_several_files_are_attached_at_once_and_one_removed(
    people: People, browser_of: Browsers
) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    sara, address = browser_of("sara"), address_of(draft)
    files = [*uploads(sale_of(people.sara, 201)), Upload("photo.xml", b"\x89PNG")]
    page = sara.post(address, {"invoices": sent(*files)}, follow=True).content.decode()
    assert "1 invoice is genuine and attached." in page
    assert "1 file is not accepted; the list says why." in page
    assert "Sale, number ending 0201" in page
    assert "photo.xml" in page
    removes = [line for line in page.split('"') if line.endswith("/remove/")]
    assert len(removes) == 2
    for remove in removes:
        assert sara.post(remove).status_code == 302
    assert "No invoice is attached" in sara.get(address).content.decode()


@pytest.mark.parametrize(
    ("count", "problem"),
    [(0, "Choose at least one file."), (21, "Choose at most 20 files at once.")],
)
def test_none_or_too_many_are_refused(
    people: People, browser_of: Browsers, count: int, problem: str
) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    files = sent(*[Upload("a.xml", b"a")] * count)
    answer = browser_of("sara").post(address_of(draft), {"invoices": files})
    assert answer.status_code == 422
    assert problem in answer.content.decode()


def test_a_request_beyond_the_quota_is_not_read_to_its_end(
    people: People, browser_of: Browsers
) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    sara, size = browser_of("sara"), MOST_BYTES // 2
    fits = [SimpleUploadedFile(f"{name}.xml", b"<" * size) for name in "ab"]
    beyond = [*fits, SimpleUploadedFile("c.xml", b"<a/>")]
    assert sara.post(address_of(draft), {"invoices": beyond}).status_code == 302
    names = Attachment.objects.filter(application_id=draft.id).values_list("file_name", flat=True)
    assert sorted(names) == ["a.xml", "b.xml"]
    told = "These files are more than 32 MB together."
    assert told in sara.get(address_of(draft)).content.decode()
    assert told not in sara.get(address_of(draft)).content.decode()
    alone = SimpleUploadedFile("d.xml", b"<" * (MOST_BYTES + 1))
    refused = sara.post(address_of(draft), {"invoices": alone})
    assert refused.status_code == 422
    assert told in refused.content.decode()


def test_the_bank_sees_answers_and_no_invoice(people: People, browser_of: Browsers) -> None:
    case = under_review(people.sara, new_product(people.bo.organisation_id))
    said = sale_of(people.sara, 202)
    attached(people.sara, case, [*uploads(said), Upload("secret-name.xml", b"<a/>")])
    page = browser_of("bo").get(reverse("bank:case_detail", args=[case.id])).content.decode()
    for text in ("number ending 0202", "under ¥10,000", "one use came before", "1 more file was"):
        assert text in page
    for secret in (said.number, "1568", "演示企业乙", "secret-name"):
        assert secret not in page
    pause_consent(people.sara, consent_id=consent_of(case))
    page = browser_of("bo").get(reverse("bank:case_detail", args=[case.id])).content.decode()
    assert "number ending 0202" in page
    assert "one use came before" not in page


def test_the_list_costs_as_many_queries_with_twenty(
    people: People,
    browser_of: Browsers,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    draft = drafted(people.sara, new_product(people.bo.organisation_id))
    sara, counted = browser_of("sara"), []
    for serials in (range(210, 211), range(211, 230)):
        attached(people.sara, draft, uploads(*(sale_of(people.sara, serial) for serial in serials)))
        with django_assert_max_num_queries(40) as queries:  # type: ignore[attr-defined]
            sara.get(address_of(draft))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_every_reason_has_words_in_both_languages() -> None:
    missing = {code for code, _forge in FORGED.values()} - set(REASONS)
    assert missing == set()
    with translation.override("zh-hans"):
        chinese = [str(words) for words in REASONS.values()]
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in text) for text in chinese)
