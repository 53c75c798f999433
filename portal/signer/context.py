"""What every page of the signer knows; nobody is signed in here, so there is no menu."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Context processor: whether to say that this is a demonstration."""
    return {"is_demonstration": settings.DEMONSTRATION}
