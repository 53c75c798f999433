from django.apps import AppConfig


class ServicingConfig(AppConfig):
    name = "portal.servicing"
    label = "servicing"
