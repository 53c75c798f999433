"""The rails of this installation, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.conf import settings

from portal.applications.disbursement import RailName
from portal.core.wire import WireRefused, load_public_keys, load_signing_key
from portal.servicing.rails import bank_transfer, ecny
from portal.servicing.rails.bank_transfer import BankTransferRail
from portal.servicing.rails.ecny import EcnyRail
from portal.servicing.rails.protocol import OutcomeUnknown, Rail
from portal.servicing.rails.signed_http import order_called_about

ADAPTERS: Final[Mapping[str, type[EcnyRail | BankTransferRail]]] = {
    RailName.ECNY: EcnyRail,
    RailName.BANK_TRANSFER: BankTransferRail,
}
OPERATORS: Final[Mapping[str, str]] = {
    RailName.ECNY: ecny.OPERATOR,
    RailName.BANK_TRANSFER: bank_transfer.OPERATOR,
}


def rail_named(name: str) -> Rail:
    """The rail; OutcomeUnknown where this installation has none of the name, or lacks its keys.

    Nothing is known then of an order that was sent, and nothing is lost: it is asked for again.
    """
    told = settings.RAILS.get(name)
    if told is None:
        raise OutcomeUnknown(f"no rail {name} is configured")
    try:
        key = load_signing_key(settings.RAIL_KEY)
        url, keys = told
        operator = load_public_keys(keys)
    except (OSError, ValueError) as error:
        raise OutcomeUnknown(f"the keys of rail {name} can't be read: {error}") from error
    return ADAPTERS[name](url, key=key, operator=operator)


def order_heard(name: str, token: str) -> UUID:
    """Which order a rail calls about; WireRefused for a forged call, and for an unknown rail."""
    told = settings.RAILS.get(name)
    if told is None:
        raise WireRefused(f"There is no rail {name} here.")
    return order_called_about(token, operator=load_public_keys(told[1]), name=OPERATORS[name])
