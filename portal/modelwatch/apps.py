from django.apps import AppConfig


class ModelWatchConfig(AppConfig):
    name = "portal.modelwatch"
    label = "modelwatch"
