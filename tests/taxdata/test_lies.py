"""An authority that signs and seals with its real key, and lies in one way: nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from joserfc.jwk import OKPKey

from portal.core.wire import PagePlace, SigningKey, digest, new_session_key, seal_page
from portal.taxdata.queries import imports_under
from tests.gate.parties import FIRST, LAST, Parties, granted
from tests.personas import keys
from tests.taxdata.authority import Authority, authority_of, months, row
from tests.taxdata.fetched import fetch, parties, refused, summaries
from tests.taxdata.web_party import told

__all__ = ["keys", "parties"]
pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def test_the_control_tells_the_truth_and_is_believed(parties: Parties) -> None:
    consent = granted(parties)
    fetch(consent, authority_of(parties))
    assert len(summaries(parties, consent)) == 12


def _another_key() -> SigningKey:
    key = OKPKey.generate_key("Ed25519")
    return SigningKey(kid=key.thumbprint(), key=key)


MANIFESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "signed by another": ("bad_signature", {"key": _another_key()}),
    "of another authority": ("another_provider", {"claims": {"iss": "somebody"}}),
    "for another asker": ("another_audience", {"claims": {"aud": "somebody"}}),
    "of another firm": ("another_firm", {"claims": {"uscc": "91330100MA27XYZ012"}}),
    "of another consent": ("another_artefact", {"claims": {"artefact_sha256": "1" * 64}}),
    "of another session": ("another_session", {"claims": {"session": "other"}}),
    "for another key": ("another_session", {"claims": {"session_key": "other"}}),
    "of another category": ("another_category", {"claims": {"category": "vat_returns"}}),
    "of other months": ("another_range", {"claims": {"first_month": "2015-01"}}),
    "of ten years": ("wrong_gaps", {"months": {"2015-01": {"missing": "not_filed"}}}),
    "of a wrong total": ("wrong_total", {"claims": {"records": 11}}),
    "without total": ("wrong_total", {"claims": {"records": None}}),
    "without months": ("wrong_gaps", {"claims": {"months": {}}}),
    "with months in no form": ("malformed_manifest", {"claims": {"months": [1]}}),
    "without a cause": ("malformed_manifest", {"months": {str(FIRST): {"missing": ""}}}),
    "with a cause of its own": ("malformed_manifest", {"months": {str(FIRST): {"missing": "war"}}}),
    "with a month nowhere": ("wrong_gaps", {"months": {str(FIRST): {"within": "2099-01"}}}),
    "with a month told of before": (
        "wrong_gaps",
        {"months": {str(LAST): {"within": str(FIRST)}}},
    ),
    "with a month in nobody's return": (
        "wrong_gaps",
        {
            "months": {str(FIRST): {"within": str(FIRST + 1)}},
            "rows": [row(m) for m in months()[1:]],
        },
    ),
    "without pages": ("malformed_manifest", {"claims": {"pages": []}}),
    "with pages in no form": ("malformed_manifest", {"claims": {"pages": ["x"] * 3}}),
    "without as-of month": ("malformed_manifest", {"claims": {"as_of_month": "now"}}),
    "with too few pages": ("wrong_digest", {"claims": {"pages": ["0" * 64]}}),
    "moved by years": ("malformed_manifest", {"claims": {"shifted_months": 9_999}}),
}


@pytest.mark.parametrize("lie", MANIFESTS)
def test_a_manifest_that_does_not_hold_is_refused(parties: Parties, lie: str) -> None:
    code, changes = MANIFESTS[lie]
    refused(parties, authority_of(parties, **changes), code)


def test_more_records_than_pages_can_hold_are_refused(parties: Parties) -> None:
    rows = [row(FIRST, number=str(n)) for n in range(5_001)]
    refused(parties, authority_of(parties, rows, page_size=6_000), "wrong_total")


def _served_twice(authority: Authority) -> Callable[[int, str], str]:
    return lambda number, token: authority.last_session.tokens[0]


def _in_another_order(authority: Authority) -> Callable[[int, str], str]:
    return lambda number, token: authority.last_session.tokens[-number]


def _one_byte_changed(_: Authority) -> Callable[[int, str], str]:
    return lambda number, token: token[:-1] + ("A" if token[-1] != "A" else "B")


def _truncated(_: Authority) -> Callable[[int, str], str]:
    return lambda number, token: token[:-20]


def _empty(_: Authority) -> Callable[[int, str], str]:
    return lambda number, token: ""


def _of_another_session(authority: Authority) -> Callable[[int, str], str]:
    """Sealed to the right key, for another session: from a package that was sent before."""

    def replayed(number: int, token: str) -> str:
        session = authority.last_session
        place = PagePlace(str(uuid4()), digest(session.asked["artefact"]), number, 3)
        key = OKPKey.import_key(session.asked["session_key"])
        return seal_page(b'{"records": []}', place=place, session_key=key)

    return replayed


PAGES = [_served_twice, _in_another_order, _one_byte_changed, _truncated, _empty]


@pytest.mark.parametrize("lie", [*PAGES, _of_another_session], ids=lambda lie: lie.__name__)
def test_a_page_that_was_not_signed_for_is_refused(
    parties: Parties, lie: Callable[[Authority], Callable[[int, str], str]]
) -> None:
    authority = authority_of(parties)
    authority.page_lie = lie(authority)
    refused(parties, authority, "wrong_digest")


def test_a_page_of_another_place_is_refused_even_when_signed_for(parties: Parties) -> None:
    """The manifest lists one page three times: the page's own header says where it belongs."""
    authority = authority_of(parties, lists_first_page_only=True)
    authority.page_lie = _served_twice(authority)
    refused(parties, authority, "wrong_page")


@pytest.mark.parametrize(
    ("sealed", "code"),
    [
        ({"session": "another"}, "wrong_page"),
        ({"artefact": "0" * 64}, "wrong_page"),
        ({"pages": 4}, "wrong_page"),
        ({"key": new_session_key()}, "malformed"),
        ({"body": b"not json"}, "malformed_page"),
        ({"body": b"[]"}, "malformed_page"),
        ({"body": json.dumps({"records": 5}).encode()}, "malformed_page"),
        ({"body": b"[" * 100_000}, "malformed_page"),
    ],
    ids=["session", "artefact", "pages", "key", "text", "list", "number", "deep"],
)
def test_a_page_sealed_for_something_else_is_refused_even_when_signed_for(
    parties: Parties, sealed: dict[str, Any], code: str
) -> None:
    refused(parties, authority_of(parties, sealed=sealed), code)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"issued_on": str((LAST + 1).first)}, "month_not_covered"),
        ({"issued_on": str((FIRST - 1).first)}, "month_not_covered"),
        ({"issued_on": "2024-02-31"}, "malformed_page"),
        ({"issued_on": "20240201"}, "malformed_page"),
        ({"net_fen": "100"}, "malformed_page"),
        ({"net_fen": 1.5}, "malformed_page"),
        ({"net_fen": 2**53}, "malformed_page"),
        ({"void": 0}, "malformed_page"),
        ({"counterparty": "x" * 201}, "malformed_page"),
        ({"surplus": 1}, "malformed_page"),
        ({"direction": "sideways"}, "malformed_page"),
    ],
)
def test_a_record_that_was_not_asked_for_refuses_the_package(
    parties: Parties, changes: dict[str, Any], code: str
) -> None:
    rows = [row(month) for month in months()] + [{**row(LAST, day=9), **changes}]
    refused(parties, authority_of(parties, rows), code)


def test_months_out_of_order_are_refused(parties: Parties) -> None:
    rows = [row(month) for month in reversed(months())]
    refused(parties, authority_of(parties, rows), "wrong_order")


@pytest.mark.parametrize(
    ("month", "records", "code"),
    [(FIRST, 2, "wrong_order"), (LAST, 2, "wrong_total")],
)
def test_a_month_with_fewer_records_than_signed_for_is_refused(
    parties: Parties, month: Any, records: int, code: str
) -> None:
    entry = {"records": records, "version": "1"}
    refused(parties, authority_of(parties, months={str(month): entry}), code)


def test_more_records_than_signed_for_are_refused(parties: Parties) -> None:
    entry = {"missing": "not_filed"}
    refused(parties, authority_of(parties, months={str(LAST): entry}), "wrong_total")


def test_an_authority_that_changes_its_mind_is_believed(parties: Parties) -> None:
    """It was told of the withdrawal first: pages of the open session are refused."""
    authority = authority_of(parties)
    no = told(403, {"error": "consent_revoked", "message": "The consent was revoked."})
    authority.page_answer = lambda number, answer: answer if number < 3 else no
    consent = refused(parties, authority, "consent_revoked")
    assert [view.status for view in imports_under(consent)] == ["refused"]


def test_what_came_before_the_lie_is_erased(parties: Parties) -> None:
    """Ten months were staged when the last page turned out to be another."""
    authority = authority_of(parties)
    authority.page_lie = lambda number, token: token if number < 3 else token + "A"
    refused(parties, authority, "wrong_digest")
