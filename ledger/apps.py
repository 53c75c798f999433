"""The ledger as a Django app: tables of its own schema, no models."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Events of every room, chained; see docs/ledger-format.md."""

    name = "ledger"
