"""The Celery application: it carries job ids, nothing else; `portal.jobs` owns what they mean."""

from celery import Celery

app = Celery("taxbridge")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
