"""Who may use a firm's tax data, for what, how long: requests, artefacts and the gate."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "portal.consents"
    label = "consents"
