"""What the signer states to the portal: this person proved a second factor for this session."""

from __future__ import annotations

import time
from uuid import uuid4

from django.conf import settings

from portal.accounts.handover import ASSERTION_LIFETIME, PORTAL_AUDIENCE, SIGNER_ISSUER
from portal.core.wire import Typ, load_signing_key, sign
from portal.signer.steps import Step


def second_factor_assertion(step: Step, *, method: str) -> str:
    """A signed statement, good for two minutes, for one portal session, once."""
    now = int(time.time())
    claims = {
        "iss": SIGNER_ISSUER,
        "aud": PORTAL_AUDIENCE,
        "iat": now,
        "exp": now + int(ASSERTION_LIFETIME.total_seconds()),
        "jti": str(uuid4()),
        "person": str(step.person_id),
        "step": str(step.id),
        "session": step.session_digest,
        "method": method,
    }
    return sign(claims, typ=Typ.SECOND_FACTOR, key=load_signing_key(settings.SIGNER_KEY))
