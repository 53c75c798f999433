"""Who may do what with the portal's own tables: the one place, applied by `grant_rights`.

A table without a row here is open to nobody but the owner, and a test fails. Add a row with the
table, per log-in the privileges as PostgreSQL writes them: ``"SELECT, INSERT, UPDATE (status)"``.
DELETE only where a process must forget (sessions, spent steps, locked-out attempts).
"""

from __future__ import annotations

from collections.abc import Mapping

ALL_ROWS = "SELECT, INSERT, UPDATE"
FORGETTING = "SELECT, INSERT, UPDATE, DELETE"

RIGHTS: Mapping[str, Mapping[str, str]] = {
    # Django and its companions
    "django_migrations": {},
    "django_content_type": {"web": "SELECT", "signer": "SELECT"},
    "django_session": {"web": FORGETTING},
    "auth_group": {},
    "auth_group_permissions": {},
    "auth_permission": {},
    "axes_accessattempt": {"web": FORGETTING},
    "axes_accessattemptexpiration": {"web": FORGETTING},
    "axes_accessfailurelog": {"web": FORGETTING},
    "axes_accesslog": {"web": FORGETTING},
    # Second factors: held and checked at the signer's origin only
    "otp_totp_totpdevice": {"signer": FORGETTING},
    "otp_static_staticdevice": {"signer": FORGETTING},
    "otp_static_statictoken": {"signer": FORGETTING},
    "signer_passkey": {"signer": FORGETTING},
    # What a passkey signed can be checked for ever.
    "signer_enrolledkey": {"signer": "SELECT, INSERT"},
    "signer_challenge": {"signer": FORGETTING},
    # accounts
    "accounts_user": {
        "web": ALL_ROWS,
        # Everything but the password's hash.
        "signer": "SELECT (id, email, real_name, language, is_active, email_confirmed_at)",
    },
    "accounts_organisation": {"web": ALL_ROWS, "signer": "SELECT", "intake": "SELECT"},
    "accounts_membership": {"web": ALL_ROWS, "signer": "SELECT"},
    "accounts_invitation": {"web": ALL_ROWS},
    "accounts_countedact": {"web": FORGETTING},
    "accounts_usedassertion": {"web": "SELECT, INSERT"},
    # A token is made once; afterwards it is used, counted and revoked.
    "accounts_apitoken": {
        "web": "SELECT, INSERT, UPDATE (last_used_at, minute, calls, revoked_at, revoked_by_id)"
    },
    "accounts_activity": {"web": "SELECT, INSERT", "signer": "SELECT (id), INSERT"},
    # notifications
    "notifications_message": {"web": ALL_ROWS},
    # jobs
    "jobs_job": {
        "web": ALL_ROWS,
        "signer": "INSERT",
        "scorer": ALL_ROWS,
        "intake": ALL_ROWS,
        # Whether some work is already asked for, and when it was.
        "watchdog": "SELECT (name, subject, status, created_at), INSERT",
    },
    # taxdata
    "taxdata_notice": {"web": "SELECT", "intake": "SELECT, INSERT"},
    "taxdata_import": {"web": "SELECT", "intake": ALL_ROWS, "scorer": "SELECT"},
    # invoices: the file is for the vault worker's eyes, the list comes by the intake worker
    "invoices_attachment": {"web": FORGETTING, "scorer": "SELECT, UPDATE (comparison)"},
    "invoices_claim": {"web": "SELECT, INSERT, DELETE"},
    "invoices_sealed": {
        "web": "SELECT (attachment_id), INSERT, DELETE",
        "scorer": "SELECT, DELETE",
    },
    "invoices_known_statuses": {"web": "SELECT", "intake": ALL_ROWS},
    # products, applications: a decision is written once
    "products_product": {
        "web": "SELECT, INSERT,"
        " UPDATE (min_amount_fen, max_amount_fen, terms_months, annual_rate_bp)",
    },
    # What was proposed never changes; who decides on it, and how, is written once.
    "products_version": {"web": "SELECT, INSERT, UPDATE (status, decided_by, decided_at)"},
    # Of an application the signer sees whether its offer still waits.
    "applications_application": {"web": ALL_ROWS, "signer": "SELECT (id, status)"},
    "applications_decision": {"web": "SELECT, INSERT"},
    "applications_funding_request": {"web": "SELECT, INSERT"},
    "applications_offer": {"web": "SELECT, INSERT", "signer": "SELECT"},
    # Only the signer says that somebody signed.
    "applications_acceptance": {"web": "SELECT", "signer": "SELECT, INSERT"},
    "applications_bank_signature": {"web": "SELECT", "signer": "SELECT, INSERT"},
    "applications_payout_place": {
        "web": "SELECT, INSERT, UPDATE (place)",
        "signer": "SELECT",
    },
    "applications_monitoring_ask": {"web": "SELECT, INSERT"},
    "applications_desk": {"web": ALL_ROWS},
    "applications_case_look": {"web": "SELECT, INSERT"},
    "applications_note": {"web": "SELECT, INSERT"},
    "applications_document": {"web": "SELECT, INSERT"},
    "applications_question": {
        "web": "SELECT, INSERT, UPDATE (answer, answered_by_id, answered_at, text, key, erased_at)",
    },
    "applications_proposal": {
        "web": "SELECT, INSERT, UPDATE (answer, answer_note, answered_by, answered_at)"
    },
    "applications_policy_run": {"web": "SELECT, INSERT"},
    "applications_approval_limit": {"web": ALL_ROWS},
    # scoring: only the vault worker writes, and only adds
    "scoring_score": {
        "web": "SELECT",
        "scorer": "SELECT, INSERT",
        "watchdog": "SELECT (id, consent_id)",
    },
    # Sealed, and forgotten with the records; web and watchdog may know only that some are left.
    "scoring_feature_vector": {
        "web": "SELECT (score_id)",
        "watchdog": "SELECT (score_id)",
        "scorer": "SELECT, INSERT, DELETE, UPDATE (vault_kid, wrapped)",
    },
    "scoring_figures": {
        "web": "SELECT",
        "scorer": "SELECT, INSERT, DELETE",
        "watchdog": "SELECT (score_id)",
    },
    "scoring_monthly_sales": {
        "web": "SELECT",
        "scorer": "SELECT, INSERT, DELETE",
        "watchdog": "SELECT (score_id)",
    },
    "scoring_model_version": {
        "web": "SELECT, INSERT, UPDATE (status, role, findings, validated_by, validated_at,"
        " activation_id, activated_by, retired_at)",
        "scorer": "SELECT",
    },
    "scoring_model_activation": {"web": "SELECT, INSERT", "scorer": "SELECT"},
    "scoring_challenger_score": {"web": "SELECT", "scorer": "SELECT, INSERT, DELETE"},
    "scoring_signals": {
        "web": "SELECT",
        "scorer": "SELECT, INSERT, DELETE",
        "watchdog": "SELECT (score_id)",
    },
    # Started by the web's log-in; each firm is settled by the vault worker, once.
    "scoring_portfolio_run": {
        "web": "SELECT, INSERT, UPDATE (consents, counts, status, finished_at)",
        "scorer": "SELECT, UPDATE (counts, status, finished_at)",
    },
    "scoring_portfolio_item": {
        "web": "SELECT, INSERT, UPDATE (status, code, settled_at)",
        "scorer": "SELECT, UPDATE",
    },
    "scoring_dispute": {
        "web": "SELECT, INSERT, UPDATE (status, outcome, answer, answered_by, answered_at)",
    },
    # oversight: what was seen stays as it was
    "oversight_incident": {
        "web": "SELECT, INSERT, UPDATE (status, report_note, reported_by, reported_at,"
        " closing_note, closed_by, closed_at)",
    },
    # What was filed stays until its words are forgotten; it is taken and ended.
    "oversight_complaint": {
        "web": "SELECT, INSERT, UPDATE (status, taken_by, taken_at, outcome, answer, ended_by,"
        " ended_at, words, key, erased_at, statement, stated_by, stated_at)",
    },
    "oversight_party_entry": {"web": "SELECT, INSERT"},
    "oversight_party_mark": {"web": "SELECT, UPDATE"},
    # disclosure: what was asked stays; it is decided, made, told and erased, each once
    "disclosure_request": {
        "web": "SELECT, INSERT, UPDATE (status, decided_by, decided_at, decision_words, made_at,"
        " manifest_digest, row_count, entry_count, told_at, erased_at)",
    },
    "disclosure_file": {"web": "SELECT, INSERT, DELETE"},
    "oversight_actor_entry": {"web": "SELECT, INSERT"},
    # servicing: terms and orders never change; what became of an order is written once.
    "servicing_loan": {
        "web": "SELECT, INSERT, UPDATE (status, paid_out_on, last_days, next_look_on, reminded_for,"
        " arrears, settled_on, closed_at, statement, statement_sha256)"
    },
    "servicing_order": {
        "web": "SELECT, INSERT, UPDATE (state, moved_fen, failure, landed_in, sent_at, ended_at)"
    },
    "servicing_payment": {"web": "SELECT, INSERT"},
    "servicing_bank_account": {"web": "SELECT"},
    # modelwatch: counts are made anew, notes stay as they were
    "modelwatch_counted_month": {"web": ALL_ROWS},
    "modelwatch_month_count": {"web": "SELECT, INSERT, UPDATE (firms)"},
    "modelwatch_drift_note": {"web": "SELECT, INSERT"},
    "modelwatch_counted_quarter": {"web": ALL_ROWS},
    "modelwatch_quarter_count": {"web": "SELECT, INSERT, DELETE"},
    "modelwatch_loan_outcome": {"web": "SELECT, INSERT"},
    "modelwatch_counted_vintage": {"web": ALL_ROWS},
    "modelwatch_vintage_count": {"web": "SELECT, INSERT, DELETE"},
    "modelwatch_calibration_note": {"web": "SELECT, INSERT"},
    "scoring_replay": {"web": "SELECT", "scorer": "SELECT, INSERT"},
}
