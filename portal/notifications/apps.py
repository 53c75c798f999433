"""Messages to people: kept in the portal and sent by e-mail."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
