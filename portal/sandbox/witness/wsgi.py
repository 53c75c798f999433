"""Entry point of a witness for gunicorn."""

from __future__ import annotations

import logging

from portal.config import env
from portal.sandbox.witness.server import Server
from portal.sandbox.witness.settings import Settings

logging.basicConfig(
    level=env.text("TAXBRIDGE_LOG_LEVEL", "INFO"),
    format="%(asctime)s %(levelname)s %(name)s %(message)s",
)
application = Server(Settings.from_environment())
