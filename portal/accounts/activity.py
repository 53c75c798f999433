"""The append-only activity log: sign-ins, every page and act, looks at firms' data, exports."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from portal.accounts.activity_models import ActivityRow
from portal.core.actor import Actor, SystemActor


class Activity(StrEnum):
    SIGNED_IN = "signed_in"
    PASSWORD_ACCEPTED = "password_accepted"  # noqa: S105 -- a name, no password
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SECOND_FACTOR_REFUSED = "second_factor_refused"
    SECOND_FACTOR_ENROLLED = "second_factor_enrolled"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    CASE_OPENED = "case_opened"
    CASE_ASSIGNED = "case_assigned"
    CASE_RELEASED = "case_released"
    DOCUMENT_OPENED = "document_opened"
    SCORE_RELEASED = "score_released"
    CONSENT_OPENED = "consent_opened"
    LEDGER_CHECKED = "ledger_checked"
    EXPORTED = "exported"
    # Every request of somebody signed in: see `portal.web.activity_door`.
    PAGE_OPENED = "page_opened"
    FORM_SENT = "form_sent"
    # Every request of a bank's system, under its token.
    API_CALLED = "api_called"


def note_activity(
    actor: Actor | SystemActor | None,
    activity: Activity,
    *,
    subject: str = "",
    detail: Mapping[str, str | int] | None = None,
    address: str = "",
) -> None:
    """Write down who did what to which object, when and from where.

    Rows can be added and read, never changed: the web log-in has no such right. They go by one
    function of the database (`portal.disclosure.erase_activity`), at the earliest after six months
    (Cybersecurity Law); looks at shared data after three years.
    """
    ActivityRow.objects.create(
        actor=actor.ref if actor is not None else "",
        organisation=getattr(actor, "organisation_id", None),
        activity=activity,
        subject=subject,
        detail=dict(detail or {}),
        address=address[:64],
    )
