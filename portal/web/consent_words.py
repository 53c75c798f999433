"""Where a consent stands, in one sentence, for its firm and its bank alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from portal.consents.acknowledgements import Owed
from portal.consents.dashboard import Turn, last_uses, turns_of
from portal.consents.queries import ConsentView
from portal.consents.transitions import ConsentState
from portal.web.formats import date_text, time_text


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A consent in a list: its state with the reason, and when it was last used."""

    consent: ConsentView
    sentence: str
    last_used_at: datetime | None


def consent_lines(consents: Sequence[ConsentView]) -> list[ConsentLine]:
    """The given consents as lines, in two queries however many they are."""
    turns, uses = turns_of(consents), last_uses(consents)
    return [
        ConsentLine(one, state_sentence(one, turns.get(one.id)), uses.get(one.id))
        for one in consents
    ]


def state_sentence(consent: ConsentView, turn: Turn | None) -> str:
    """The state, since when or until when, and what brought it about."""
    match consent.state:
        case ConsentState.NOT_YET:
            return _("Begins on %(day)s.") % {"day": date_text(consent.not_before)}
        case ConsentState.ACTIVE:
            return _("In force until %(day)s.") % {"day": date_text(consent.expires_at)}
        case ConsentState.PAUSED:
            return _paused(consent, turn)
        case ConsentState.EXPIRED:
            return _("Its time ran out on %(day)s.") % {"day": date_text(consent.expires_at)}
        case ConsentState.KEY_REVOKED:
            return _("Not valid since %(day)s: the key that signed it was revoked.") % {
                "day": date_text(consent.over_since)
            }
        case ConsentState.WITHDRAWN | ConsentState.SUPERSEDED:
            return _ended(consent, turn)


def owed_sentence(owed: Owed, now: datetime) -> str:
    """By when an acknowledgement is due, or since when it is overdue."""
    day = {"day": date_text(owed.due_at)}
    if owed.is_overdue(now):
        return _("Overdue since %(day)s") % day
    return _("Due by %(day)s") % day


def _paused(consent: ConsentView, turn: Turn | None) -> str:
    if turn is not None and turn.confirm_by is not None:
        return _(
            "Paused since %(since)s, because the firm’s legal representative changed. The new one "
            "has to confirm it by %(by)s; otherwise it ends."
        ) % {"since": date_text(turn.at), "by": date_text(turn.confirm_by)}
    since = date_text(turn.at if turn is not None else consent.granted_at)
    return _("Paused by the firm since %(since)s. Its time runs on until %(day)s.") % {
        "since": since,
        "day": date_text(consent.expires_at),
    }


def _ended(consent: ConsentView, turn: Turn | None) -> str:
    at = {"at": time_text(consent.over_since)}
    if consent.state is ConsentState.SUPERSEDED:
        return _("Replaced by a newer consent on %(at)s.") % at
    if consent.was_given_back:
        return _("The bank gave it back on %(at)s: it no longer needs the data.") % at
    if turn is not None and turn.because == "unconfirmed":
        return _("Ended on %(at)s: the new legal representative did not confirm it in time.") % at
    return _("Stopped by the firm on %(at)s.") % at
