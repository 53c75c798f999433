"""Entry point of the clearing for gunicorn."""

from __future__ import annotations

from portal.sandbox.clearing.server import Server, settings_given
from portal.sandbox.money.server import begin

application = begin(Server(settings_given()))
