"""Signing in at the authority: what it tells the asking side, and what it refuses."""

from __future__ import annotations

import re
import time

import pytest

from portal.core.wire import Claims, Typ, check_claims, verify
from tests.sandbox.authority import Authority
from tests.sandbox.talking import PASSWORD, Answer, Browser, asking

pytestmark = pytest.mark.xdist_group("sandbox-http")


@pytest.fixture
def browser(authority: Authority) -> Browser:
    return Browser(authority)


def uscc_of(authority: Authority, name: str) -> str:
    return str(
        authority.rows("SELECT uscc FROM taxauthority_firm WHERE name LIKE %s", [f"% {name}"])[0][0]
    )


def assertion(authority: Authority, answer: Answer) -> Claims:
    keys = authority.public_keys("authority.json")
    claims = verify(answer.sent_back["assertion"], typ=Typ.ASSERTION, keys=keys)
    check_claims(claims, issuer="tax-authority-sandbox", audience="taxbridge-signer")
    return claims


def test_a_legal_representative_comes_back_with_an_assertion(
    authority: Authority, browser: Browser
) -> None:
    uscc = uscc_of(authority, "1")
    answer = browser.sign_in("sara", uscc=uscc)
    assert answer.sent_back["state"] == "state-0001"
    claims = assertion(authority, answer)
    assert claims["exp"] - time.time() <= 120
    stated = {name: claims[name] for name in ("nonce", "person_name", "role", "uscc", "firm_name")}
    assert stated == {
        "nonce": "nonce-0001",
        "person_name": "Sara Demo",
        "role": "legal_representative",
        "uscc": uscc,
        "firm_name": "Cedar Demo Tooling 1",
    }
    assert claims["firm_name_zh"] == "雪松演示工具1号"
    assert claims["industry"] == "C"


def test_the_person_is_the_same_each_time_and_the_assertion_is_not(
    authority: Authority, browser: Browser
) -> None:
    first, second = (assertion(authority, browser.sign_in("sara")) for _ in range(2))
    assert first["person"] == second["person"]
    assert first["jti"] != second["jti"]


def test_a_clerk_is_named_a_clerk(authority: Authority, browser: Browser) -> None:
    assert assertion(authority, browser.sign_in("sam"))["role"] == "clerk"


def test_another_firms_code_is_refused_after_signing_in(
    authority: Authority, browser: Browser
) -> None:
    answer = browser.sign_in("mallory", uscc=uscc_of(authority, "1"))
    assert answer.status == 403
    assert "not registered to act for this firm" in answer.body


def test_the_asked_firm_cannot_be_changed_in_the_form(
    authority: Authority, browser: Browser
) -> None:
    path = asking(uscc=uscc_of(authority, "1"))
    page = browser.open(path)
    answer = browser.submit(
        path, page, login="mallory", password=PASSWORD, uscc=uscc_of(authority, "2")
    )
    assert answer.status == 403


def test_a_person_of_two_firms_chooses_one(authority: Authority, browser: Browser) -> None:
    second = uscc_of(authority, "10")
    authority.run(
        *("authority_accounts", "--add", uscc_of(authority, "11"), "--login", "twofirms"),
        *("--name", "Two Demo", "--password", PASSWORD),
    )
    authority.run(
        "authority_accounts", "--add", second, "--login", "twofirms", "--name", "Two Demo"
    )
    answer = browser.sign_in("twofirms")
    path = answer.headers["Location"]
    assert path.startswith("/authorize/firm?")
    page = browser.open(path)
    assert second in page.body
    assert uscc_of(authority, "1") not in page.body
    chosen = browser.submit(path, page, uscc=second)
    assert assertion(authority, chosen)["uscc"] == second
    assert browser.open(path).status == 302  # signed out again


def test_a_mandate_that_ended_counts_no_more(authority: Authority, browser: Browser) -> None:
    ended = "UPDATE taxauthority_mandate SET ends_at = now() WHERE person_id = (SELECT id FROM"
    authority.rows(f"{ended} taxauthority_person WHERE login = 'clerk8')")
    answer = browser.sign_in("clerk8")
    assert answer.status == 403


def test_a_wrong_password_and_an_unknown_name_are_told_alike(browser: Browser) -> None:
    messages = set()
    for login, password in (("owner3", "wrong"), ("nobody-here", PASSWORD)):
        answer = browser.sign_in(login, password)
        assert answer.status == 403
        messages |= set(re.findall(r"<li>(.*?)</li>", answer.body))
    assert messages == {"The login name or the password is wrong."}


def test_five_failures_lock_the_name_even_for_the_right_password(browser: Browser) -> None:
    for _ in range(5):
        assert browser.sign_in("owner7", "wrong").status == 403
    answer = browser.sign_in("owner7")
    assert answer.status == 429
    assert "quarter of an hour" in answer.body


def test_cancelling_tells_nothing_but_that(browser: Browser) -> None:
    page = browser.open(asking())
    answer = browser.submit(asking().replace("authorize?", "authorize/cancel?"), page)
    assert answer.sent_back == {"state": "state-0001", "error": "access_denied"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"redirect_uri": "http://evil.example/connect/return"}, "unknown_redirect"),
        ({"redirect_uri": "http://sign.localhost:8001/connect/return/?x"}, "unknown_redirect"),
        ({"client_id": "other"}, "unknown_client"),
        ({"state": ""}, "bad_request"),
        ({"nonce": "short"}, "bad_request"),
        ({"uscc": "91110000600037341X"}, "bad_request"),
    ],
)
def test_a_bad_request_is_answered_here_and_sent_nowhere(
    browser: Browser, change: dict[str, str], code: str
) -> None:
    answer = browser.open(asking(**change))
    assert answer.status == 422
    assert "Location" not in answer.headers
    assert code in answer.body


def test_a_form_from_elsewhere_is_refused(browser: Browser) -> None:
    answer = browser.open(asking(), form={"login": "sara", "password": PASSWORD})
    assert answer.status == 403


def test_pages_speak_both_languages_and_remember_the_choice(browser: Browser) -> None:
    assert 'lang="en"' in browser.open(asking()).body
    assert '<html lang="zh-Hans">' in browser.open(asking(lang="zh-hans")).body
    assert '<html lang="zh-Hans">' in browser.open(asking()).body


def test_pages_allow_no_script_and_no_foreign_source(browser: Browser) -> None:
    answer = browser.open(asking())
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    targets = "http://portal.localhost:8000 http://sign.localhost:8001"
    assert f"form-action 'self' {targets};" in f"{policy};"
    assert "<script" not in answer.body
    assert " style=" not in answer.body
