"""The authority's own key and the keys it has pinned, read once when first needed."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from joserfc.jwk import KeySet

from portal.core.wire import SigningKey, load_public_keys, load_signing_key


@cache
def own_key() -> SigningKey:
    """Signs assertions, manifests and acknowledgements."""
    return load_signing_key(settings.SIGNING_KEY_FILE)


@cache
def consent_keys() -> KeySet:
    """Whoever holds one of these speaks for the people whose consents it signs."""
    return load_public_keys(settings.CONSENT_KEYS_FILE)


@cache
def client_keys() -> KeySet:
    """The asking side's keys for its own requests."""
    return load_public_keys(settings.CLIENT_KEYS_FILE)
