"""How often strangers may have us do something: send mail, or judge a password or a token.

Counted per receiving address, so that nobody's mailbox is flooded, and per network address, so
that nobody tries many of them. Guesses at one account are django-axes' business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.limit_models import CountedAct
from portal.core.errors import TooMany


class Mail(StrEnum):
    """Mails that a person without a session can bring about."""

    CONFIRMATION = "confirmation"
    INVITATION = "invitation"
    PASSWORD_RESET = "password_reset"  # noqa: S105 -- a name, no password


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``count`` acts within ``span``, at any time."""

    count: int
    span: timedelta


PER_MAILBOX: Final = Limit(5, timedelta(hours=1))
# An office shares one network address.
PER_NETWORK: Final = Limit(60, timedelta(hours=1))
REFUSED_PER_NETWORK: Final = Limit(100, timedelta(minutes=15))
WRONG_TOKENS: Final = "too_many_wrong_tokens"
_LONGEST: Final = timedelta(hours=1)
_FORGET = """
    DELETE FROM accounts_countedact WHERE id IN
        (SELECT id FROM accounts_countedact WHERE at < %s FOR UPDATE SKIP LOCKED)
"""


def count_mail(mail: Mail, *, address: str, network: str = "") -> None:
    """Count one mail in the caller's transaction; a command has no ``network``.

    Refuses (TooMany) one more than may go to the address, or be asked for from the network.
    """
    _count(f"{mail}:{address.strip().lower()}", PER_MAILBOX)
    if network:
        _count(f"mail from {network}", PER_NETWORK)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [timezone.now() - _LONGEST])


def check_sign_in(*, network: str) -> None:
    """Refuses (TooMany) to judge another password when the network sent too many wrong ones."""
    if _recent(_refused(network), REFUSED_PER_NETWORK) >= REFUSED_PER_NETWORK.count:
        raise TooMany(code="too_many_sign_ins")


@transaction.atomic(durable=True)
def count_refused_sign_in(*, network: str) -> None:
    """Count a wrong password against the network that sent it, whatever the account."""
    CountedAct.objects.create(key=_digest(_refused(network)))


def check_token(*, network: str) -> None:
    """Refuses (TooMany) to judge another API token when the network sent too many wrong ones."""
    if _recent(_refused_token(network), REFUSED_PER_NETWORK) >= REFUSED_PER_NETWORK.count:
        raise TooMany(_("Too many wrong tokens from your network: wait."), code=WRONG_TOKENS)


@transaction.atomic(durable=True)
def count_refused_token(*, network: str) -> None:
    """Count a wrong API token against the network that sent it."""
    CountedAct.objects.create(key=_digest(_refused_token(network)))


def _refused(network: str) -> str:
    return f"refused sign-in from {network}"


def _refused_token(network: str) -> str:
    return f"refused token from {network}"


def _count(what: str, limit: Limit) -> None:
    key = _digest(what)
    with connection.cursor() as cursor:
        # Two requests at once would both find room for the last one.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    if _recent(what, limit) >= limit.count:
        raise TooMany(code="too_many_mails")
    CountedAct.objects.create(key=key)


def _recent(what: str, limit: Limit) -> int:
    since = timezone.now() - limit.span
    return CountedAct.objects.filter(key=_digest(what), at__gt=since).count()


def _digest(what: str) -> str:
    return salted_hmac("portal.accounts.limits", what, algorithm="sha256").hexdigest()
