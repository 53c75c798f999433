"""How the money of a loan travels, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from portal.applications.disbursement import RailName

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

RAIL_WORDS: Final[Mapping[str, StrPromise]] = {
    RailName.BANK_TRANSFER: _("Bank transfer to the firm’s account"),
    RailName.ECNY: _("e-CNY to the firm’s wallet"),
}
