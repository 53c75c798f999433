"""How a loan is paid back, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from portal.products.schedule import Method

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

METHOD_WORDS: Final[Mapping[str, StrPromise]] = {
    Method.ANNUITY: _("Equal instalments"),
    Method.EQUAL_PRINCIPAL: _("Equal principal, falling interest"),
    Method.BULLET: _("Interest each month, principal at the end"),
}
