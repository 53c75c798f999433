"""Tests: the session's own servers with the real roles, cheap password hashes, mail in memory."""

# ruff: noqa: E402 -- the addresses must be in the environment before base reads it
from portal.embedded import testservers

testservers.settle()

from portal.config.settings.base import *  # noqa: F403

DEMONSTRATION = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
