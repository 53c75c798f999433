"""The signer's public keys, for whoever checks a consent or a sign-in it has signed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.core.wire import load_public_keys


@cache_control(public=True, max_age=300)
@require_safe
def public_keys(request: HttpRequest) -> JsonResponse:
    """The pinned keys as a JSON Web Key Set (RFC 7517), read anew at each request.

    Old keys stay as long as something signed with them is in force; a revoked one is taken out.
    Finding them here is no reason to trust them: those who decide on data pin them from a file.
    """
    keys = load_public_keys(settings.SIGNER_PUBLIC_KEYS)
    published = {"keys": [{**key.as_dict(private=False), "kid": key.kid} for key in keys]}
    response = JsonResponse(published, content_type="application/jwk-set+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response
