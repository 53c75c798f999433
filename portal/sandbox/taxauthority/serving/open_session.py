"""Answering a request for data: a session with a signed manifest and sealed pages."""

from __future__ import annotations

import time
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.core.wire import Claims, PagePlace, Typ, digest, seal_page, sign
from portal.sandbox.taxauthority.keys import own_key
from portal.sandbox.taxauthority.models import DataSession, Firm, SealedPage
from portal.sandbox.taxauthority.serving.consent import (
    ServingRefused,
    Terms,
    check_terms,
    confirmed,
    terms_of,
)
from portal.sandbox.taxauthority.serving.fetches import note_fetch
from portal.sandbox.taxauthority.serving.holdings import Holdings, holdings_of, months_of
from portal.sandbox.taxauthority.serving.pages import PAGE_SIZE, pages
from portal.sandbox.taxauthority.serving.requests import DataRequest, read_request, use_once
from portal.sandbox.taxauthority.store.firms import served_as_of

KEPT = timedelta(hours=24)


def open_session(token: str) -> DataSession:
    """The session that answers this signed request.

    Refuses with the codes of `WireRefused` and `ServingRefused`.
    """
    request = read_request(token)
    terms = terms_of(request.artefact)
    if request.confirmation:
        terms = confirmed(terms, request.confirmation)
    use_once(request.jti)
    return _opened(request, terms)


@transaction.atomic(durable=True)
def _opened(request: DataRequest, terms: Terms) -> DataSession:
    firm = check_terms(terms, category=request.category)
    if not terms.first_month <= request.first_month <= request.last_month <= terms.last_month:
        raise ServingRefused("The consent does not cover these months.", code="not_covered")
    holdings = holdings_of(firm, request.category, terms.first_month, terms.last_month)
    _one_at_a_time(f"{terms.artefact_sha256}:{request.category}")
    note_fetch(terms, category=request.category, fetch=request.fetch)
    DataSession.objects.filter(expires_at__lt=timezone.now()).delete()
    return _made(request, terms, firm, holdings)


def _made(request: DataRequest, terms: Terms, firm: Firm, holdings: Holdings) -> DataSession:
    months = months_of(holdings, terms.first_month, terms.last_month)
    first, last = str(request.first_month), str(request.last_month)
    records = sum(
        int(told.get("records", 0)) for month, told in months.items() if first <= month <= last
    )
    session = DataSession(
        consent=terms.consent,
        artefact_sha256=terms.artefact_sha256,
        firm=firm,
        category=request.category,
        session_key=request.session_key.thumbprint(),
        pages=max(-(-records // PAGE_SIZE), 1),
        records=records,
        expires_at=min(timezone.now() + KEPT, terms.expires_at),
    )
    if DataSession.objects.filter(session_key=session.session_key).exists():
        raise ServingRefused("A session key is for one session.", code="replayed")
    session.save(force_insert=True)
    pages = _sealed(session, request, holdings)
    claims = _claims(session, request) | {"months": months, "pages": pages}
    session.manifest = sign(claims, typ=Typ.MANIFEST, key=own_key())
    session.save(update_fields=["manifest"])
    return session


def _claims(session: DataSession, request: DataRequest) -> Claims:
    """What the manifest says of the session as a whole."""
    return {
        "iss": settings.ISSUER,
        "aud": settings.CLIENT_ID,
        "iat": int(time.time()),
        "session": str(session.id),
        "session_key": session.session_key,
        "artefact_sha256": session.artefact_sha256,
        "uscc": session.firm.uscc,
        "category": session.category,
        "first_month": str(request.first_month),
        "last_month": str(request.last_month),
        "as_of_month": str(served_as_of(session.firm)),
        "shifted_months": session.firm.shift_months,
        "records": session.records,
    }


def _sealed(session: DataSession, request: DataRequest, holdings: Holdings) -> list[str]:
    """Seal and keep one page after the other; their digests."""
    digests = []
    records = holdings.records(request.first_month, request.last_month)
    for number, body in enumerate(pages(records), start=1):
        place = PagePlace(str(session.id), session.artefact_sha256, number, session.pages)
        token = seal_page(body, place=place, session_key=request.session_key)
        SealedPage.objects.create(session=session, number=number, token=token)
        digests.append(digest(token))
    return digests


def _one_at_a_time(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
