"""Entry point of the operator for gunicorn."""

from __future__ import annotations

import logging

from portal.config import env
from portal.sandbox.ecny.callbacks import Caller
from portal.sandbox.ecny.server import Server
from portal.sandbox.ecny.settings import Settings

logging.basicConfig(
    level=env.text("TAXBRIDGE_LOG_LEVEL", "INFO"),
    format="%(asctime)s %(levelname)s %(name)s %(message)s",
)
_settings = Settings.from_environment()
application = Server(_settings)
if _settings.callback_url:
    Caller(application.ledger, url=_settings.callback_url, key=_settings.key()).start()
