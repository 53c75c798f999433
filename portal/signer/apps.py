"""The consent signer: second factors, terms, signatures; served by a process of its own."""

from django.apps import AppConfig


class SignerConfig(AppConfig):
    name = "portal.signer"
    label = "signer"
