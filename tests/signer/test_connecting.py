"""Connecting a firm: the tax authority's signed word, and every way in which it must not count."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse
from joserfc.jwk import OKPKey

from portal.accounts.finish_firm_connection import finish_firm_connection
from portal.accounts.models import Membership, User
from portal.accounts.start_firm_connection import start_firm_connection
from portal.core.actor import Actor, Role
from portal.core.errors import NotFound
from portal.core.wire import SigningKey, Typ, load_signing_key, sign
from tests.outbox import events_about
from tests.personas import after_password, new_person, new_uscc, present
from tests.signer.visiting import Browser, Signer, set_up_phone

pytestmark = [
    pytest.mark.django_db(transaction=True, databases="__all__"),
    pytest.mark.usefixtures("keys"),
]


@dataclass(slots=True)
class Visit:
    """A person signed in at the signer, sent to the authority, about to come back."""

    actor: Actor
    browser: Browser
    uscc: str
    step: UUID
    asked: dict[str, str]

    def come_back(self, token: str, **query: str) -> Browser:
        """Return with an assertion, by the address the authority was given."""
        path = urlsplit(self.asked["redirect_uri"]).path
        values = {"state": self.asked["state"], "assertion": token, **query}
        self.browser.open(f"{path}?" + "&".join(f"{k}={v}" for k, v in values.items()))
        return self.browser

    def assertion(
        self, changes: Mapping[str, object] | None = None, *, key: SigningKey | None = None
    ) -> str:
        """The authority's honest answer for this visit, but for ``changes``."""
        now = int(time.time())
        claims = {
            "iss": "tax-authority-sandbox",
            "aud": "taxbridge-signer",
            "iat": now,
            "exp": now + 120,
            "jti": str(uuid4()),
            "nonce": self.asked["nonce"],
            "person": f"authority-{self.actor.person_id}",
            "person_name": self.actor.person_name,
            "role": "legal_representative",
            "uscc": self.uscc,
            "firm_name": "Demo Weaving Ltd",
            "firm_name_zh": "演示纺织有限公司",
        }
        return sign({**claims, **(changes or {})}, typ=Typ.ASSERTION, key=key or authority_key())


def authority_key() -> SigningKey:
    return load_signing_key(Path(settings.KEYS_DIR) / "authority" / "signing.pem")


Begin = Callable[..., Visit]


@pytest.fixture
def begin(signer: Signer) -> Begin:
    """Start a visit; ``uscc`` and ``actor`` may be given."""

    def start(*, uscc: str = "", actor: Actor | None = None) -> Visit:
        actor, uscc = actor or new_person("nadia"), uscc or new_uscc()
        browser = signer.browser()
        _, pending = after_password(User.objects.get(id=actor.person_id).email)
        set_up_phone(browser, f"/steps/{pending['step']}/")
        return begin_again(actor, browser, uscc)

    return start


def begin_again(actor: Actor, browser: Browser, uscc: str) -> Visit:
    step = start_firm_connection(actor, uscc=uscc, session_secret="a portal session")
    browser.open(f"/steps/{step}/")
    browser.follow()
    asked = urlsplit(browser.location)
    assert browser.location.startswith(f"{settings.TAX_AUTHORITY_URL}/authorize?")
    return Visit(
        actor=actor,
        browser=browser,
        uscc=uscc,
        step=step,
        asked={name: values[0] for name, values in parse_qs(asked.query).items()},
    )


def test_the_authority_is_asked_for_the_firm_with_fresh_state_and_nonce(begin: Begin) -> None:
    visit = begin()
    again = begin_again(visit.actor, visit.browser, visit.uscc)
    assert visit.asked["uscc"] == visit.uscc
    assert visit.asked["client_id"] == "taxbridge"
    assert {visit.asked[name] for name in ("state", "nonce")}.isdisjoint(again.asked.values())


def test_a_confirmed_person_acts_for_the_firm(begin: Begin) -> None:
    visit = begin()
    browser = visit.come_back(visit.assertion())
    back = f"{settings.PORTAL_URL}{reverse('sme:firm_connected')}?step={visit.step}"
    assert browser.location == back, browser.page.text
    firm = finish_firm_connection(visit.actor, step_id=visit.step)
    actor = present(visit.actor.person_id)
    assert actor.organisation_id == firm.id
    assert actor.roles == {Role.FIRM_LEGAL_REPRESENTATIVE}
    assert firm.uscc == visit.uscc
    assert [e["payload"]["role"] for e in events_about(f"firm:{firm.id}", kind="firm.connected")]
    assert len(events_about(firm.ref, kind="organisation.created")) == 1
    assert len(events_about(actor.ref, kind="member.added")) == 1


def test_coming_back_twice_to_the_portal_changes_and_records_nothing_more(begin: Begin) -> None:
    visit = begin()
    visit.come_back(visit.assertion())
    first = finish_firm_connection(visit.actor, step_id=visit.step)
    assert finish_firm_connection(visit.actor, step_id=visit.step).id == first.id
    assert Membership.objects.filter(user_id=visit.actor.person_id).count() == 1
    assert len(events_about(visit.actor.ref, kind="member.added")) == 1


def test_a_changed_role_ends_the_old_membership(begin: Begin) -> None:
    visit = begin()
    visit.come_back(visit.assertion())
    finish_firm_connection(visit.actor, step_id=visit.step)
    later = begin_again(visit.actor, visit.browser, visit.uscc)
    later.come_back(later.assertion({"role": "clerk"}))
    finish_firm_connection(visit.actor, step_id=later.step)
    assert present(visit.actor.person_id).roles == {Role.FIRM_CLERK}
    assert Membership.objects.live().filter(user_id=visit.actor.person_id).count() == 1


def test_a_firm_goes_by_the_name_that_the_authority_last_gave_it(begin: Begin) -> None:
    visit = begin()
    visit.come_back(visit.assertion())
    later = begin_again(visit.actor, visit.browser, visit.uscc)
    later.come_back(later.assertion({"firm_name": "Renamed Ltd", "firm_name_zh": "新名公司"}))
    assert names_of(visit.uscc) == ("Renamed Ltd", "新名公司")
    thief = begin(uscc=visit.uscc)
    taken = {"person": f"authority-{visit.actor.person_id}", "firm_name": "Stolen Ltd"}
    assert thief.come_back(thief.assertion(taken)).page.status == 422
    assert names_of(visit.uscc) == ("Renamed Ltd", "新名公司")


def test_an_industry_is_kept_as_last_stated_and_need_not_be(begin: Begin) -> None:
    visit = begin()
    visit.come_back(visit.assertion())
    assert industry_of(visit.uscc) is None
    for stated in ("C", "I"):
        later = begin_again(visit.actor, visit.browser, visit.uscc)
        later.come_back(later.assertion({"industry": stated}))
        assert industry_of(visit.uscc) == stated
    silent = begin_again(visit.actor, visit.browser, visit.uscc)
    silent.come_back(silent.assertion())
    assert industry_of(visit.uscc) == "I"


@pytest.mark.parametrize("stated", ["", "c", "Z", "CC", 3, ["C"]])
def test_an_industry_of_no_section_spoils_the_assertion(begin: Begin, stated: object) -> None:
    visit = begin()
    assert visit.come_back(visit.assertion({"industry": stated})).page.status == 422
    assert industry_of(visit.uscc) is None


def industry_of(uscc: str) -> str | None:
    with connections["web"].cursor() as cursor:
        cursor.execute(
            "SELECT i.section FROM sign.firm f JOIN sign.firm_industry i ON i.firm = f.id"
            " WHERE f.uscc = %s",
            [uscc],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


def names_of(uscc: str) -> tuple[str, str]:
    with connections["web"].cursor() as cursor:
        cursor.execute("SELECT name, name_zh FROM sign.firm WHERE uscc = %s", [uscc])
        ((name, name_zh),) = cursor.fetchall()
    return name, name_zh


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "expired": ({"exp": 1}, "The tax authority's answer could not be verified"),
    "for somebody else": ({"aud": "another"}, "The tax authority's answer could not be verified"),
    "by somebody else": ({"iss": "another"}, "The tax authority's answer could not be verified"),
    "other visit": ({"nonce": "another"}, "The tax authority's answer could not be verified"),
    "odd nonce": ({"nonce": "é"}, "The tax authority's answer could not be verified"),
    "unknown role": ({"role": "owner"}, "The tax authority's answer could not be verified"),
    "stranger's firm": ({"uscc": "91330100MA000000X0"}, "You signed in for another firm"),
    "other name": (
        {"person_name": "Somebody Else"},
        "The tax authority knows you by another name",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_answer_that_does_not_fit_is_refused(begin: Begin, case: str) -> None:
    changes, title = REFUSED[case]
    visit = begin()
    browser = visit.come_back(visit.assertion(changes))
    assert (browser.page.status, browser.page.headings[0]) == (422, title)
    assert no_mandate(visit)


def no_mandate(visit: Visit) -> bool:
    with connections["web"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM sign.mandate WHERE person = %s", [visit.actor.person_id]
        )
        nothing = bool(cursor.fetchone() == (0,))
    with pytest.raises(NotFound):
        finish_firm_connection(visit.actor, step_id=visit.step)
    return nothing


def test_an_answer_signed_by_another_key_is_refused(begin: Begin) -> None:
    visit = begin()
    key = OKPKey.generate_key("Ed25519")
    forged = visit.assertion(key=SigningKey(kid=authority_key().kid, key=key))
    assert visit.come_back(forged).page.status == 422
    assert no_mandate(visit)


def test_an_answer_counts_once_even_for_a_browser_with_an_old_cookie(begin: Begin) -> None:
    visit = begin()
    before = dict(visit.browser.cookies)
    token = visit.assertion()
    visit.come_back(token)
    visit.browser.cookies = before
    page = visit.come_back(token).page
    assert page.headings[0] == "This answer of the tax authority was used before"


@pytest.mark.parametrize("state", ["guessed", "%C3%A9"])
def test_without_the_state_of_this_browser_nothing_is_read(begin: Begin, state: str) -> None:
    visit = begin()
    browser = visit.come_back(visit.assertion(), state=state)
    assert browser.page.headings[0] == "This was begun in another browser"
    assert no_mandate(visit)


def test_an_answer_planted_in_another_persons_browser_is_refused(begin: Begin) -> None:
    """mallory sends her own answer to sara, to have sara act for mallory's firm."""
    mallory, sara = begin(), begin()
    mallory.browser = sara.browser
    page = mallory.come_back(mallory.assertion()).page
    assert page.headings[0] == "This was begun in another browser"
    assert no_mandate(sara)


def test_a_second_claimant_with_the_same_tax_identity_is_refused(begin: Begin) -> None:
    first = begin()
    first.come_back(first.assertion())
    second = begin(uscc=first.uscc)
    stolen = second.assertion({"person": f"authority-{first.actor.person_id}"})
    page = second.come_back(stolen).page
    assert page.headings[0] == "Your tax identity is already linked to another account"
    assert no_mandate(second)


def test_an_account_stays_with_its_first_tax_identity(begin: Begin) -> None:
    visit = begin()
    visit.come_back(visit.assertion())
    later = begin_again(visit.actor, visit.browser, new_uscc())
    page = later.come_back(later.assertion({"person": "somebody else there"})).page
    assert page.headings[0] == "Your account is linked to another tax identity"


def test_saying_no_at_the_authority_changes_nothing(begin: Begin) -> None:
    visit = begin()
    page = visit.come_back("", error="access_denied").page
    assert page.headings[0] == "The tax authority did not confirm you"


def test_a_step_of_another_person_asks_for_that_persons_code(begin: Begin) -> None:
    visit = begin()
    foreign = start_firm_connection(
        new_person("sara"), uscc=new_uscc(), session_secret="another session"
    )
    visit.browser.open(f"/connect/?step={foreign}")
    assert visit.browser.location == f"/steps/{foreign}/"
    visit.browser.follow()
    assert visit.browser.location.endswith("/phone/")


def test_a_step_is_the_persons_own_when_coming_back_to_the_portal(begin: Begin) -> None:
    visit = begin()
    visit.come_back(visit.assertion())
    with pytest.raises(NotFound):
        finish_firm_connection(new_person("mallory"), step_id=visit.step)
