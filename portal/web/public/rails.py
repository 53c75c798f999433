"""Calls of those who move money: signed hints that an order is over."""

from __future__ import annotations

import json
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.core.actor import SystemActor
from portal.core.wire import WireRefused
from portal.servicing.hear_callback import hear_callback
from portal.servicing.rails.configured import order_heard

_MOST_BYTES: Final = 64 * 1024


@csrf_exempt  # no cookie counts here: every call carries the operator's signature
@require_POST
def heard(request: HttpRequest, name: str) -> HttpResponse:
    """Have the order looked up; what the call itself claims of it counts for nothing.

    The same answer for an order that is known, over or none of ours. 400 for a forged call.
    """
    try:
        body = json.loads(request.read(_MOST_BYTES))
        order_id = order_heard(name, str(body["answer"]))
    except (KeyError, TypeError, ValueError, WireRefused, OSError):
        return JsonResponse({"code": "call_refused"}, status=400)
    hear_callback(SystemActor("rail"), order_id=order_id)
    return JsonResponse({})
