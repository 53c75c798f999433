from django.apps import AppConfig

# Imported for its effect: tasks are sent through this application, not Celery's default one.
from portal.config.celery import app as celery_app

__all__ = ["ConfigConfig", "celery_app"]


class ConfigConfig(AppConfig):
    name = "portal.config"
    label = "config"
