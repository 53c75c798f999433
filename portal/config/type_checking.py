"""For checks only (types, missing migrations): every process's models in one module."""

# mypy: disable-error-code="assignment"
import os

os.environ.setdefault("DATABASE_URL_TAX_AUTHORITY", "postgresql://nobody:none@127.0.0.1/none")

from portal.config.settings import test
from portal.sandbox.taxauthority.settings import *  # noqa: F403
from portal.signer.settings import *  # noqa: F403

from portal.config.settings.test import *  # noqa: F403  # isort: skip

INSTALLED_APPS = [*test.INSTALLED_APPS, "portal.sandbox.taxauthority.apps.TaxAuthorityConfig"]
