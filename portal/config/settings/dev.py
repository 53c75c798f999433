"""`make run`: everything on this machine over plain HTTP on *.localhost names."""

from portal.config.settings.base import *  # noqa: F403

DEMONSTRATION = True
