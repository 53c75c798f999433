"""Words of loans that firm and bank share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from portal.servicing.arrears import Arrears
from portal.servicing.rails.protocol import Failure

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FAILURE_WORDS: Mapping[str, StrPromise] = {
    Failure.WALLET_FROZEN: _("The wallet is frozen."),
    Failure.WALLET_UNKNOWN: _("There is no wallet or account of this number."),
    Failure.PAYEE_NOT_ALLOWED: _("The money is bound to others."),
    Failure.INSUFFICIENT_FUNDS: _("There was not enough money."),
    Failure.REFUSED: _("The operator refused the order."),
}
ARREARS_WORDS: Mapping[Arrears, StrPromise] = {
    Arrears.NORMAL: _("Normal"),
    Arrears.SPECIAL_MENTION: _("Special mention"),
    Arrears.SUBSTANDARD: _("Substandard"),
    Arrears.DOUBTFUL: _("Doubtful"),
    Arrears.LOSS: _("Loss"),
}
RAIL_WORDS: Mapping[str, StrPromise] = {
    "ecny": _("e-CNY wallet"),
    "bank_transfer": _("bank account"),
}
