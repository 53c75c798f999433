"""Answering a request for data: one session per consent, category and session key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.core.wire import (
    Claims,
    PagePlace,
    Typ,
    WireRefused,
    check_claims,
    digest,
    seal_page,
    session_key_from,
    sign,
    verify,
)
from portal.sandbox.taxauthority.keys import client_keys, own_key
from portal.sandbox.taxauthority.models import DataSession, Firm, SealedPage, UsedRequest
from portal.sandbox.taxauthority.serving.consent import (
    ServingRefused,
    Terms,
    check_terms,
    terms_of,
)
from portal.sandbox.taxauthority.serving.pages import as_of_month, months_without, pages

KEPT = timedelta(hours=24)


@transaction.atomic(durable=True)
def open_session(token: str) -> DataSession:
    """The session that answers this signed request, made now or found from an earlier try.

    Refuses with the codes of `WireRefused` and `ServingRefused`; replayed means that the
    request's id was used for another request.
    """
    request = verify(token, typ=Typ.REQUEST, keys=client_keys())
    check_claims(request, issuer=settings.CLIENT_ID, audience=settings.ISSUER)
    artefact, category = _text(request, "artefact"), _text(request, "category")
    session_key = session_key_from(request.get("session_key"))
    terms = terms_of(artefact)
    _use(_text(request, "jti"), token)
    firm = check_terms(terms, category=category)
    key_id = session_key.thumbprint()
    _one_at_a_time(f"{terms.artefact_sha256}:{category}:{key_id}")
    same = DataSession.objects.filter(
        artefact_sha256=terms.artefact_sha256, category=category, session_key=key_id
    ).first()
    return same or _made(terms, firm, category=category, session_key=session_key)


def _made(terms: Terms, firm: Firm, *, category: str, session_key: Any) -> DataSession:
    DataSession.objects.filter(expires_at__lt=timezone.now()).delete()
    bodies = list(pages(firm, terms.first_month, terms.last_month))
    session = DataSession(
        consent=terms.consent,
        artefact_sha256=terms.artefact_sha256,
        firm=firm,
        category=category,
        session_key=session_key.thumbprint(),
        pages=len(bodies),
        records=sum(count for count, _ in bodies),
        expires_at=min(timezone.now() + KEPT, terms.expires_at),
    )
    tokens = [
        seal_page(
            body,
            place=PagePlace(str(session.id), terms.artefact_sha256, number, len(bodies)),
            session_key=session_key,
        )
        for number, (_, body) in enumerate(bodies, start=1)
    ]
    session.manifest = _manifest(session, terms, firm, tokens)
    session.save(force_insert=True)
    SealedPage.objects.bulk_create(
        [SealedPage(session=session, number=n, token=t) for n, t in enumerate(tokens, start=1)]
    )
    return session


def _manifest(session: DataSession, terms: Terms, firm: Firm, tokens: list[str]) -> str:
    claims = {
        "iss": settings.ISSUER,
        "aud": settings.CLIENT_ID,
        "session": str(session.id),
        "artefact_sha256": terms.artefact_sha256,
        "uscc": firm.uscc,
        "category": session.category,
        "first_month": str(terms.first_month),
        "last_month": str(terms.last_month),
        "as_of_month": str(as_of_month(firm)),
        "shifted_months": firm.shift_months,
        "pages": [digest(token) for token in tokens],
        "records": session.records,
        "months_without": months_without(firm, terms.first_month, terms.last_month),
    }
    return sign(claims, typ=Typ.MANIFEST, key=own_key())


def _use(jti: str, token: str) -> None:
    """A request may be sent again, byte for byte; its id can't serve for another one."""
    used, _ = UsedRequest.objects.get_or_create(jti=jti, defaults={"digest": digest(token)})
    if used.digest != digest(token):
        raise ServingRefused("The request's id was used before.", code="replayed")


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or (name != "artefact" and len(value) > 128):
        raise WireRefused(f"The request lacks {name}.")
    return value
