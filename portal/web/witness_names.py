"""Witnesses by the names that people know them under."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

NAMES: Mapping[str, StrPromise] = {"regulator": _("the regulator")}


def witness_name(name: str) -> str:
    """The name in the policy in words; one that isn't known here as it stands."""
    return str(NAMES.get(name, name))
