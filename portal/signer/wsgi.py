"""The signer's process: ``gunicorn portal.signer.wsgi``, logged in as ``signer``."""

import os

from django.core.wsgi import get_wsgi_application

from portal.signer.own_key import check_own_key

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.signer.settings")
application = get_wsgi_application()
check_own_key()
