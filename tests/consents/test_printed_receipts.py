"""Consent receipts for paper: both languages, the signed file attached, and none without a key."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client, override_settings
from django.utils import translation

from ledger.keys import policy
from portal.consents.receipt_terms import ReceiptFlaw
from portal.consents.signed_receipts import SignedReceipt, receipts_of, signed_receipt
from portal.core.errors import RuleBroken
from portal.core.press.setting import set_sheet, with_shapes, words_json
from portal.oversight.check_receipt import check_receipt_text
from portal.oversight.receipt_check import Verdict
from portal.web.receipt_sheet import SHEET, receipt_words
from tests.consents.test_consent_receipts import ADDRESSES, consent, receipt
from tests.consents.test_receipts import ledger_key, parties
from tests.gate.parties import Parties
from tests.personas import keys

__all__ = ["consent", "keys", "ledger_key", "parties"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def newest(parties: Parties, consent: UUID) -> SignedReceipt:
    event_id = receipts_of(parties.actor, consent)[-1].entry.event_id
    assert event_id is not None
    return signed_receipt(parties.actor, consent, event_id=event_id, addresses=ADDRESSES)


def test_paper_has_both_languages_and_the_signed_file(parties: Parties, consent: UUID) -> None:
    signed = newest(parties, consent)
    with translation.override("zh-hans"):
        words = receipt_words(signed, name="receipt.jws")
    assert [part["language"] for part in words["parts"]] == ["zh-hans", "en"]
    text = words_json(words)
    assert words_json(words, spell=with_shapes) == text
    for said in ("授权回执", "Consent receipt", "用来做什么", signed.claims["artefact_sha256"][:4]):
        assert said in text
    page = set_sheet(SHEET, words)
    assert b"NotoSansSC" in page
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", page, re.DOTALL)
    assert signed.text.encode() in [inflated(stream) for stream in streams]
    assert page == set_sheet(SHEET, words)
    refused = Client().post("/check/", {"file": BytesIO(page)})
    assert (refused.status_code, b"the attached file" in refused.content) == (422, True)


def inflated(stream: bytes) -> bytes:
    """As it was before it was packed; its last byte may be missing, where it is a line end."""
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream


def test_without_the_portals_key_it_is_said_and_nothing_breaks(
    parties: Parties, consent: UUID, tmp_path: Path
) -> None:
    token = receipt(parties.actor, consent)
    with (
        override_settings(RECEIPTS_KEY=tmp_path / "none.pem"),
        pytest.raises(RuleBroken) as refused,
    ):
        newest(parties, consent)
    assert refused.value.code == "receipts_key_missing"
    with override_settings(RECEIPTS_PUBLIC_KEYS=tmp_path / "none.json"):
        found = check_receipt_text(token, policy())
    assert (found.verdict, found.flaw) == (Verdict.REFUSED, ReceiptFlaw.NO_KEY)
    assert all(one.holds for one in found.receipts)
