"""Messages about incidents and complaints, asked for in the caller's transaction."""

from __future__ import annotations

from portal.accounts.mail import queue_mail
from portal.accounts.models import Membership, MembershipQuerySet, Organisation
from portal.accounts.permissions import PERMISSIONS, Permission
from portal.core.months import SHANGHAI
from portal.oversight.complaint_models import Complaint
from portal.oversight.models import Incident


def tell_overseers(incident: Incident) -> None:
    """Write once to everybody who may report the incident, each in their own language."""
    for member in _members_who_may(Permission.INCIDENT_REPORT).iterator():
        queue_mail(
            member.user, message="incident_opened", once=incident.ref, incident=str(incident.id)
        )


def tell_of_complaint(complaint: Complaint) -> None:
    """Write to whoever may answer it and to the bank concerned; nothing of the firm's words."""
    firm = Organisation.objects.get(id=complaint.firm_id)
    at_bank = _members_who_may(Permission.DISPUTE_ANSWER).filter(organisation_id=complaint.bank_id)
    for message, members in (
        ("complaint_filed", _members_who_may(Permission.COMPLAINT_ANSWER)),
        ("complaint_about_bank", at_bank),
    ):
        for member in members.iterator():
            queue_mail(
                member.user,
                message=message,
                firm=firm.name_in(member.user.language),
                until=f"{complaint.answer_by.astimezone(SHANGHAI):%Y-%m-%d}",
                reference=complaint.reference,
                complaint=str(complaint.id),
            )


def tell_of_overdue(complaint: Complaint) -> None:
    """Write once to operator and regulator."""
    for member in _members_who_may(Permission.LEDGER_READ).iterator():
        queue_mail(
            member.user,
            message="complaint_overdue",
            once=f"overdue:{complaint.id}",
            reference=complaint.reference,
            until=f"{complaint.answer_by.astimezone(SHANGHAI):%Y-%m-%d}",
            complaint=str(complaint.id),
        )


def tell_of_statement(complaint: Complaint) -> None:
    """Write to the firm's people and to whoever may answer it."""
    at_firm = _members_who_may(Permission.COMPLAINT_FILE).filter(organisation_id=complaint.firm_id)
    for message, members in (
        ("complaint_stated", at_firm),
        ("complaint_stated_to_answer", _members_who_may(Permission.COMPLAINT_ANSWER)),
    ):
        for member in members.iterator():
            queue_mail(
                member.user,
                message=message,
                reference=complaint.reference,
                complaint=str(complaint.id),
            )


def tell_of_answer(complaint: Complaint) -> None:
    """Write to everybody who may act for the firm, also when the one who filed it has left."""
    acting = _members_who_may(Permission.COMPLAINT_FILE)
    for member in acting.filter(organisation_id=complaint.firm_id).iterator():
        queue_mail(
            member.user,
            message="complaint_answered",
            reference=complaint.reference,
            complaint=str(complaint.id),
        )


def _members_who_may(permission: Permission) -> MembershipQuerySet:
    roles = [role for role, may in PERMISSIONS.items() if permission in may]
    members = Membership.objects.live().filter(role__in=roles, user__is_active=True)
    return members.select_related("user")
