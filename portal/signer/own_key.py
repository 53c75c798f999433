"""The signing key that this process was given, and whether anybody will believe it."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from portal.core.wire import load_public_keys, load_signing_key


def check_own_key() -> None:
    """Refuse (ImproperlyConfigured) a key whose public half isn't among the published ones.

    What it signed nobody could use, and the firm would think that it had allowed something.
    """
    own = load_signing_key(settings.SIGNER_KEY).kid
    if own not in {key.kid for key in load_public_keys(settings.SIGNER_PUBLIC_KEYS)}:
        raise ImproperlyConfigured(
            f"The key {own} of TAXBRIDGE_SIGNER_KEY is not in TAXBRIDGE_SIGNER_PUBLIC_KEYS: add "
            "its public half there, and everywhere that file is pinned, before the signer uses it."
        )
