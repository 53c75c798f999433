"""Entry point of the demonstration tax authority for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.sandbox.taxauthority.settings"
application = get_wsgi_application()
