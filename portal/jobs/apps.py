from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"

    def ready(self) -> None:
        # Handlers register themselves on import; every room keeps them in its tasks.py.
        autodiscover_modules("tasks")
