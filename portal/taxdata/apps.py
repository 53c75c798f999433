"""The vault of encrypted tax records, and the connectors that fill it."""

from django.apps import AppConfig


class TaxdataConfig(AppConfig):
    name = "portal.taxdata"
    label = "taxdata"
