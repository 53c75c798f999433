"""The authority's status list: whose, how old, and what it doesn't say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.core.wire import Typ, WireRefused, sign
from portal.invoices.checking.status_list import (
    Status,
    StatusList,
    check_not_rolled_back,
    read_status_list,
)
from tests.invoices.genuine import AUTHORITY, KEYS, new_key

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NUMBER = "26997000000100000001"
STRANGER = new_key()


def claims(**changes: object) -> dict[str, object]:
    plain = {
        "iss": "authority",
        "serial": 7,
        "iat": int(NOW.timestamp()) - 60,
        "next_update": int(NOW.timestamp()) + 3540,
        "statuses": {NUMBER: "valid"},
    }
    return plain | changes


def read(token: str) -> StatusList:
    return read_status_list(token, keys=KEYS, issuer="authority", now=NOW)


def signed(**changes: object) -> str:
    return sign(claims(**changes), typ=Typ.INVOICE_STATUSES, key=AUTHORITY)


@pytest.mark.parametrize(
    ("code", "token"),
    [
        ("bad_signature", sign(claims(), typ=Typ.INVOICE_STATUSES, key=STRANGER)),
        ("wrong_type", sign(claims(), typ=Typ.MANIFEST, key=AUTHORITY)),
        ("wrong_issuer", signed(iss="another")),
        ("expired", signed(next_update=int(NOW.timestamp()))),
        ("expired", signed(iat=int(NOW.timestamp()) + 600)),
        ("malformed", signed(serial="7")),
        ("malformed", signed(statuses={NUMBER: "fine"})),
        ("malformed", signed(statuses={NUMBER[:-1]: "valid"})),
        ("malformed", signed(next_update=int(NOW.timestamp()) - 90)),
        ("malformed", signed(iat=None)),
    ],
    ids=lambda value: value if len(value) < 20 else "",  # a token is another in each process
)
def test_another_list_is_refused(code: str, token: str) -> None:
    with pytest.raises(WireRefused) as refused:
        read(token)
    assert refused.value.code == code


def test_an_older_list_than_before_is_refused() -> None:
    found = read(signed())
    check_not_rolled_back(found, serial=7, issued_at=found.issued_at)
    for serial, issued_at in ((8, found.issued_at), (7, found.issued_at + timedelta(seconds=1))):
        with pytest.raises(WireRefused, match="older list"):
            check_not_rolled_back(found, serial=serial, issued_at=issued_at)


def test_what_it_does_not_say_is_unknown_or_not_listed() -> None:
    found = read(signed(statuses={NUMBER: "void"}))
    other, before = NUMBER[:-1] + "9", found.issued_at - timedelta(days=1)
    after = found.issued_at + timedelta(seconds=1)

    def status(number: str, signed_at: datetime, now: datetime = NOW) -> Status:
        return found.status_of(number, signed_at=signed_at, now=now)

    assert status(NUMBER, before) is Status.VOID
    assert status(other, before) is Status.NOT_LISTED
    assert status(other, after) is Status.UNKNOWN
    assert status(NUMBER, before, found.next_update) is Status.UNKNOWN
