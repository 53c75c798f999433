"""What each role may do. Whose objects, in which state, is asked elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from portal.core.actor import Actor, Role
from portal.core.errors import NotAllowed


class Permission(StrEnum):
    FIRM_CONNECT = "firm_connect"
    CONSENT_VIEW = "consent_view"
    CONSENT_GRANT = "consent_grant"
    CONSENT_STOP = "consent_stop"
    CONSENT_CONFIRM = "consent_confirm"
    CONSENT_ASK = "consent_ask"
    CONSENT_RELEASE = "consent_release"
    APPLICATION_VIEW = "application_view"
    APPLICATION_EDIT = "application_edit"
    APPLICATION_SUBMIT = "application_submit"
    APPLICATION_DECIDE = "application_decide"
    APPLICATION_APPROVE = "application_approve"
    CASE_VIEW = "case_view"
    CASE_WORK = "case_work"
    TEAM_LEAD = "team_lead"
    SCORE_DISPUTE = "score_dispute"
    DISPUTE_ANSWER = "dispute_answer"
    PRODUCT_VIEW = "product_view"
    PRODUCT_PROPOSE = "product_propose"
    PRODUCT_APPROVE = "product_approve"
    LEDGER_READ = "ledger_read"
    LEDGER_CHECK = "ledger_check"
    ACTIVITY_VIEW = "activity_view"
    COMPLAINT_FILE = "complaint_file"
    COMPLAINT_ANSWER = "complaint_answer"
    INCIDENT_REPORT = "incident_report"
    INCIDENT_CLOSE = "incident_close"
    ORGANISATION_ADMIN = "organisation_admin"
    API_TOKEN_MANAGE = "api_token_manage"  # noqa: S105 -- a name, no secret
    SCORE_RELEASE = "score_release"
    MODEL_VIEW = "model_view"
    MODEL_DEVELOP = "model_develop"
    MODEL_VALIDATE = "model_validate"
    MODEL_ACTIVATE = "model_activate"
    PORTFOLIO_RESCORE = "portfolio_rescore"
    LOAN_VIEW = "loan_view"
    LOAN_REPAY = "loan_repay"
    LOAN_DISBURSE = "loan_disburse"


_NEWCOMER: Final = frozenset({Permission.FIRM_CONNECT})
_FIRM_READS: Final = _NEWCOMER | {
    Permission.CONSENT_VIEW,
    Permission.APPLICATION_VIEW,
    Permission.LOAN_VIEW,
}
_FIRM_ACTS: Final = _FIRM_READS | {
    Permission.CONSENT_GRANT,
    Permission.CONSENT_STOP,
    Permission.APPLICATION_EDIT,
    Permission.APPLICATION_SUBMIT,
    Permission.SCORE_DISPUTE,
    Permission.COMPLAINT_FILE,
    Permission.LOAN_REPAY,
}
_BANK_ACTS: Final = frozenset(
    {
        Permission.CASE_VIEW,
        Permission.CASE_WORK,
        Permission.APPLICATION_DECIDE,
        Permission.DISPUTE_ANSWER,
        Permission.CONSENT_ASK,
        Permission.CONSENT_RELEASE,
        Permission.PRODUCT_VIEW,
        Permission.PRODUCT_PROPOSE,
        Permission.MODEL_VIEW,
        Permission.LOAN_VIEW,
    }
)

PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.FIRM_LEGAL_REPRESENTATIVE: _FIRM_ACTS
    | {Permission.ORGANISATION_ADMIN, Permission.CONSENT_CONFIRM},
    Role.FIRM_FINANCE_OFFICER: _FIRM_ACTS,
    Role.FIRM_CLERK: _FIRM_READS,
    Role.BANK_OFFICER: _BANK_ACTS,
    Role.BANK_APPROVER: _BANK_ACTS
    | {
        Permission.TEAM_LEAD,
        Permission.APPLICATION_APPROVE,
        Permission.PRODUCT_APPROVE,
        Permission.PORTFOLIO_RESCORE,
        Permission.LOAN_DISBURSE,
        Permission.API_TOKEN_MANAGE,
    },
    Role.REGULATOR: frozenset(
        {
            Permission.LEDGER_READ,
            Permission.LEDGER_CHECK,
            Permission.MODEL_VIEW,
            Permission.ACTIVITY_VIEW,
            Permission.INCIDENT_REPORT,
            Permission.INCIDENT_CLOSE,
        }
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.LEDGER_READ,
            Permission.ORGANISATION_ADMIN,
            Permission.INCIDENT_REPORT,
            Permission.COMPLAINT_ANSWER,
            Permission.MODEL_VIEW,
            Permission.MODEL_ACTIVATE,
        }
    ),
    Role.MODEL_DEVELOPER: frozenset({Permission.MODEL_VIEW, Permission.MODEL_DEVELOP}),
    Role.MODEL_VALIDATOR: frozenset({Permission.MODEL_VIEW, Permission.MODEL_VALIDATE}),
    Role.API_APPLICATIONS: frozenset({Permission.CASE_VIEW}),
    Role.API_SCORES: frozenset({Permission.CASE_VIEW, Permission.SCORE_RELEASE}),
}


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Everything the actor's roles allow; a person who acts for nobody yet may connect a firm."""
    if not actor.roles:
        return _NEWCOMER
    return frozenset().union(*(PERMISSIONS[role] for role in actor.roles))


def may(actor: Actor, permission: Permission) -> bool:
    """Whether a page should offer an act; the use case asks ``require`` again."""
    return actor.second_factor_at is not None and permission in permissions_of(actor)


def require(actor: Actor, permission: Permission) -> None:
    """Refuses with NotAllowed an actor without second factor or without the permission."""
    if not may(actor, permission):
        raise NotAllowed(code=permission)
