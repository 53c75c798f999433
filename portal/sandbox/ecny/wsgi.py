"""Entry point of the operator for gunicorn."""

from __future__ import annotations

from portal.sandbox.ecny.server import Server, settings_given
from portal.sandbox.money.server import begin

application = begin(Server(settings_given()))
