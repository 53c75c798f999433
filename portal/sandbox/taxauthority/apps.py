from django.apps import AppConfig


class TaxAuthorityConfig(AppConfig):
    name = "portal.sandbox.taxauthority"
    label = "taxauthority"
    default_auto_field = "django.db.models.BigAutoField"
