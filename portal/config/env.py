"""Typed reading of the process environment: every setting that differs between machines."""

from __future__ import annotations

import os
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit


class SettingMissing(RuntimeError):
    """A needed environment variable is absent or empty; the message names it."""


def text(name: str, default: str | None = None) -> str:
    """Value of ``name``, or of the file that ``<name>_FILE`` points at, or the default."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    value = os.environ.get(name) or default
    if value is None:
        raise SettingMissing(f"The environment variable {name} is not set.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """True for 1/true/yes/on, False for 0/false/no/off; anything else is refused by name."""
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise SettingMissing(f"{name} must be true or false, not {value!r}.")


def path(name: str, default: Path) -> Path:
    """A file-system path."""
    return Path(os.environ.get(name) or default)


def listed(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty items."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def host_name(name: str, url: str) -> str:
    """The host of an origin such as ``https://sign.example``; refuses an address or any path."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    with suppress(ValueError):
        ip_address(host)
        raise SettingMissing(f"{name} needs a host name: a passkey can't be bound to {host}.")
    if not host or url != f"{parts.scheme}://{parts.netloc}":
        raise SettingMissing(f"{name} must read https://host or https://host:port, not {url!r}.")
    return host


def database(url: str) -> dict[str, object]:
    """Django's database settings for ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise SettingMissing("A database URL must read postgresql://user:password@host:port/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {"application_name": f"taxbridge-{os.environ.get('TAXBRIDGE_ROLE', 'web')}"},
    }
