"""Many firms that apply at the demonstration's banks, by one person who acts for all of them.

The tax authority signs who acts for each firm, over HTTP, and the signer's own code signs each
consent; only the second factor is left out, since a code counts for half a minute. Fetch, score and
decision are the running workers' own.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ledger.kinds import EventKind
from ledger.recording import record
from portal.accounts.actors import actor_of_person
from portal.accounts.confirm_email import confirm_email
from portal.accounts.finish_firm_connection import finish_firm_connection
from portal.accounts.links import confirmation_token
from portal.accounts.models import User
from portal.accounts.register_person import register_person
from portal.accounts.start_firm_connection import start_firm_connection
from portal.applications.attach_consent_request import attach_consent_request
from portal.applications.models import LoanApplication
from portal.applications.start_application import start_application
from portal.applications.submit_application import submit_application
from portal.applications.update_terms import update_terms
from portal.config.demonstration import cast
from portal.consents.artefact_parts import Evidence
from portal.consents.mandates import record_mandate
from portal.consents.purposes import Purpose
from portal.consents.request_consent import request_consent
from portal.consents.signing import grant
from portal.core.actor import Actor
from portal.core.months import Month
from portal.core.wire import Claims, Typ, check_claims, load_public_keys, verify
from portal.products.models import Product
from portal.sandbox.journey.browser import Browser, Unexpected

NAME: Final = "Portfolio Demo"
LOGIN: Final = "portfolio"
EMAIL: Final = "portfolio@demo.example"
# Round the limit up to which the second bank's policy decides by itself.
AMOUNTS_FEN: Final = tuple(yuan * cast.YUAN for yuan in (100_000, 150_000, 200_000, 250_000))


@dataclass(frozen=True, slots=True)
class Wish:
    """What one firm applies for."""

    uscc: str
    product: Product
    amount_fen: int


def wishes(usccs: list[str], product: Product, *, most_fen: int) -> Iterator[Wish]:
    """One for each firm, the amounts up to ``most_fen`` in turn."""
    amounts = [amount_fen for amount_fen in AMOUNTS_FEN if amount_fen <= most_fen]
    for number, uscc in enumerate(usccs):
        yield Wish(uscc, product, amounts[number % len(amounts)])


def accountant(password: str) -> User:
    """The person who acts for all, made where there is none yet."""
    known = User.objects.filter(email=EMAIL).first()
    if known is not None:
        return known
    register_person(
        real_name=NAME, email=EMAIL, phone="+86 000 0000 9998", password=password, language="en"
    )
    made = User.objects.get(email=EMAIL)
    confirm_email(token=confirmation_token(made))
    return made


def sent(person: User, wish: Wish, *, password: str, watched: bool = False) -> LoanApplication:
    """Connect the firm, answer the questions, sign the consent, send the application.

    With ``watched`` the firm lets the bank watch over it too. ``password`` is the person's at the
    tax authority. Unexpected when that lets nobody in.
    """
    actor = _connected(person, wish.uscc, password=password)
    draft = start_application(actor, product_id=wish.product.id)
    update_terms(
        actor,
        application_id=draft.id,
        amount_fen=wish.amount_fen,
        term_months=wish.product.terms_months[0],
        use_of_funds="Raw material for orders at hand",
    )
    _consent(actor, draft)
    if watched:
        _signed(actor, _asked(actor, draft, purpose=Purpose.MONITORING))
    return submit_application(actor, application_id=draft.id)


def _connected(person: User, uscc: str, *, password: str) -> Actor:
    anybody = actor_of_person(person, second_factor_at=timezone.now())
    secret = secrets.token_urlsafe(32)
    step_id = start_firm_connection(anybody, uscc=uscc, session_secret=secret)
    _recorded(person, _assertion(uscc, password=password))
    firm = finish_firm_connection(anybody, step_id=step_id)
    return actor_of_person(person, second_factor_at=timezone.now(), organisation_id=firm.id)


def _assertion(uscc: str, *, password: str) -> Claims:
    """What the authority signs of the person, from the address that it sends the browser to."""
    asking = {
        "client_id": "taxbridge",
        "redirect_uri": f"{settings.SIGNER_URL}/connect/return/",
        "state": secrets.token_urlsafe(24),
        "nonce": secrets.token_urlsafe(24),
        "uscc": uscc,
    }
    browser = Browser()
    browser.open(f"{settings.TAX_AUTHORITY_URL}/authorize?{urlencode(asking)}")
    page = browser.submit({"login": LOGIN, "password": password})
    said = parse_qs(urlsplit(page.url).query)
    if "assertion" not in said:
        raise Unexpected(f"the tax authority signed nothing for {uscc}: {page.text[:200]}")
    keys = load_public_keys(settings.AUTHORITY_PUBLIC_KEYS)
    claims = verify(said["assertion"][0], typ=Typ.ASSERTION, keys=keys)
    check_claims(claims, issuer=settings.AUTHORITY_ISSUER, audience="taxbridge-signer")
    return claims


def _recorded(person: User, claims: Claims) -> None:
    """The signer's part, with its log-in."""
    with transaction.atomic(using="signer"):
        mandate = record_mandate(
            person_id=person.id,
            uscc=str(claims["uscc"]),
            name=str(claims["firm_name"]),
            name_zh=str(claims["firm_name_zh"]),
            authority_person=str(claims["person"]),
            role=str(claims["role"]),
            using="signer",
        )
        record(
            EventKind.FIRM_CONNECTED,
            actor=person.ref,
            subject=f"firm:{mandate.firm_id}",
            payload={
                "firm": str(mandate.firm_id),
                "role": str(claims["role"]),
                "authority_jti_digest": _digest(str(claims["jti"])),
            },
            using="signer",
        )


def _consent(actor: Actor, draft: LoanApplication) -> None:
    request_id = _asked(
        actor, draft, purpose=Purpose(draft.product.purpose), application_id=draft.id
    )
    attach_consent_request(actor, application_id=draft.id, request_id=request_id)
    _signed(actor, request_id)


def _asked(
    actor: Actor, draft: LoanApplication, *, purpose: Purpose, application_id: UUID | None = None
) -> UUID:
    last = Month.of(timezone.now()) - 1
    return request_consent(
        actor,
        firm_id=draft.firm_id,
        bank_id=draft.bank_id,
        purpose=purpose,
        categories=draft.product.categories,
        first_month=last - (draft.product.months_needed - 1),
        last_month=last,
        application_id=application_id,
    )


def _signed(actor: Actor, request_id: UUID) -> None:
    shown = _digest(str(request_id))
    evidence = Evidence(method="totp", step_digest=shown, terms_digest=shown)
    grant(request_id, person_id=actor.person_id, evidence=evidence, using="signer")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
