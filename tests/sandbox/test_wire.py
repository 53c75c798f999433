"""Signed and sealed messages: what is let through, and that nothing else is."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc.jwk import KeySet, OKPKey

from portal.core.wire import (
    PagePlace,
    SigningKey,
    Typ,
    WireRefused,
    check_claims,
    load_public_keys,
    load_signing_key,
    new_session_key,
    open_page,
    public_jwk,
    public_key_set,
    seal_page,
    session_key_from,
    sign,
    verify,
)

PLACE = PagePlace("session", "a" * 64, 1, 2)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[SigningKey, KeySet]:
    key = OKPKey.generate_key("Ed25519")
    (tmp_path / "private.pem").write_bytes(key.as_pem(private=True))
    (tmp_path / "public.json").write_text(public_key_set(key), encoding="utf-8")
    return load_signing_key(tmp_path / "private.pem"), load_public_keys(tmp_path / "public.json")


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_what_was_signed_is_read_back(pair: tuple[SigningKey, KeySet]) -> None:
    token = sign({"firm": "雪松", "n": 1}, typ=Typ.CONSENT, key=pair[0])
    assert verify(token, typ=Typ.CONSENT, keys=pair[1]) == {"firm": "雪松", "n": 1}


@pytest.mark.parametrize(
    "forge",
    [
        lambda head, body, mark: f"{head}.{encoded({'n': 2})}.{mark}",
        lambda head, body, mark: f"{head}.{body}.{mark[:-4]}AAAA",
        lambda head, body, mark: f"{encoded({'alg': 'none', 'typ': 'taxbridge-consent'})}.{body}.",
        lambda head, body, mark: f"{encoded({'alg': 'HS256', 'kid': 'x'})}.{body}.{mark}",
        lambda head, body, mark: f"{encoded({'alg': 'Ed25519', 'kid': 'x'})}.{body}.{mark}",
        lambda head, body, mark: f"{encoded({'alg': 'Ed25519'})}.{body}.{mark}",
        lambda head, body, mark: f"{encoded(['alg'])}.{body}.{mark}",
        lambda head, body, mark: f"{head}.{body}",
        lambda head, body, mark: "",
        lambda head, body, mark: "税.信.桥",
    ],
)
def test_a_forged_message_is_refused(
    pair: tuple[SigningKey, KeySet], forge: Callable[[str, str, str], str]
) -> None:
    head, body, mark = sign({"n": 1}, typ=Typ.CONSENT, key=pair[0]).split(".")
    with pytest.raises(WireRefused) as refused:
        verify(forge(head, body, mark), typ=Typ.CONSENT, keys=pair[1])
    assert refused.value.code == "bad_signature"


def test_a_message_of_another_kind_is_refused(pair: tuple[SigningKey, KeySet]) -> None:
    token = sign({"n": 1}, typ=Typ.REQUEST, key=pair[0])
    with pytest.raises(WireRefused) as refused:
        verify(token, typ=Typ.CONSENT, keys=pair[1])
    assert refused.value.code == "wrong_type"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"iss": "other"}, "wrong_issuer"),
        ({"aud": "other"}, "wrong_audience"),
        ({"exp": 1_000}, "expired"),
        ({"iat": 1_031}, "expired"),
        ({"exp": "later"}, "malformed"),
        ({"exp": True}, "malformed"),
        ({"jti": ""}, "malformed"),
    ],
)
def test_claims_for_others_or_another_time_are_refused(
    change: dict[str, object], code: str
) -> None:
    claims = {"iss": "a", "aud": "b", "iat": 990, "exp": 1_010, "jti": "1"}
    check_claims(claims, issuer="a", audience="b", now=1_000)
    with pytest.raises(WireRefused) as refused:
        check_claims(claims | change, issuer="a", audience="b", now=1_000)
    assert refused.value.code == code


def test_without_a_given_time_the_clock_counts() -> None:
    now = int(time.time())
    claims = {"iss": "a", "aud": "b", "iat": now - 9, "exp": now - 1, "jti": "1"}
    with pytest.raises(WireRefused, match="not valid at this time"):
        check_claims(claims, issuer="a", audience="b")


def test_a_page_opens_only_in_its_place_and_with_its_key() -> None:
    key = new_session_key()
    token = seal_page(b"{}", place=PLACE, session_key=session_key_from(public_jwk(key)))
    assert open_page(token, place=PLACE, session_key=key) == b"{}"
    others = {
        "wrong_page": (token, PagePlace("session", "a" * 64, 2, 2), key),
        "malformed": (token, PLACE, new_session_key()),
    }
    for code, (sealed, place, opener) in others.items():
        with pytest.raises(WireRefused) as refused:
            open_page(sealed, place=place, session_key=opener)
        assert refused.value.code == code


@pytest.mark.parametrize("spoil", [lambda token: token[:-5], lambda token: "", lambda token: "a.b"])
def test_a_spoiled_page_is_refused(spoil: Callable[[str], str]) -> None:
    key = new_session_key()
    token = seal_page(b"{}", place=PLACE, session_key=key)
    with pytest.raises(WireRefused):
        open_page(spoil(token), place=PLACE, session_key=key)


def test_a_session_key_is_public_and_of_its_curve() -> None:
    private = new_session_key().as_dict(private=True)
    signing = public_jwk(OKPKey.generate_key("Ed25519"))
    for wrong in (private, signing, {}, "text", None, {"kty": "OKP", "crv": "X25519", "x": "AA"}):
        with pytest.raises(WireRefused):
            session_key_from(wrong)


def test_key_files_of_the_wrong_kind_are_refused(tmp_path: Path) -> None:
    exchange = new_session_key()
    (tmp_path / "exchange.pem").write_bytes(exchange.as_pem(private=True))
    with pytest.raises(ValueError, match="Ed25519 private key"):
        load_signing_key(tmp_path / "exchange.pem")
    leaked = {**exchange.as_dict(private=True), "kid": "1"}
    (tmp_path / "leaked.json").write_text(json.dumps({"keys": [leaked]}), encoding="utf-8")
    with pytest.raises(ValueError, match="public keys only"):
        load_public_keys(tmp_path / "leaked.json")
