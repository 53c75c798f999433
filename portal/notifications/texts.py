"""What each message says. ``values`` fill the named places; links lead to the portal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.notifications.calibration_texts import CALIBRATION_TEXTS
from portal.notifications.complaint_texts import COMPLAINT_TEXTS
from portal.notifications.days import with_days
from portal.notifications.disclosure_texts import DISCLOSURE_TEXTS
from portal.notifications.drift_texts import DRIFT_TEXTS
from portal.notifications.mandate_texts import MANDATE_TEXTS
from portal.notifications.receipt_texts import RECEIPT_TEXTS
from portal.notifications.stop_links import stop_token
from portal.notifications.text import Text

TEXTS: Final[Mapping[str, Text]] = {
    **COMPLAINT_TEXTS,
    **DISCLOSURE_TEXTS,
    **CALIBRATION_TEXTS,
    **DRIFT_TEXTS,
    **MANDATE_TEXTS,
    **RECEIPT_TEXTS,
    "confirm_email": Text(
        gettext_noop("Confirm your e-mail address"),
        gettext_noop(
            "You registered with TaxBridge. Confirm that this address is yours by opening this "
            "page and pressing the button on it:\n\n%(link)s\n\nThe link works once, for three "
            "days. If you did not register, ignore this message: nothing will happen."
        ),
        "/account/confirm/%(token)s/",
    ),
    "already_registered": Text(
        gettext_noop("You already have a TaxBridge account"),
        gettext_noop(
            "Somebody, perhaps you, tried to register with this address. You already have an "
            "account, and it has not changed. Sign in here:\n\n%(link)s\n\nIf you forgot your "
            "password, you can set a new one from that page."
        ),
        "/account/sign-in/",
    ),
    "invitation": Text(
        gettext_noop("You are invited to TaxBridge"),
        gettext_noop(
            "You are invited to work for %(organisation)s in TaxBridge. Set your name and a "
            "password here:\n\n%(link)s\n\nThe link works once, for 14 days."
        ),
        "/account/invitation/%(token)s/",
    ),
    "password_reset": Text(
        gettext_noop("Set a new password"),
        gettext_noop(
            "Somebody, perhaps you, asked for a new password for your TaxBridge account. Set it "
            "here:\n\n%(link)s\n\nThe link works once, for one hour. If it was not you, ignore "
            "this message: your password stays as it is."
        ),
        "/account/password/%(token)s/",
    ),
    "password_changed": Text(
        gettext_noop("Your password was changed"),
        gettext_noop(
            "The password of your TaxBridge account was changed. If it was not you, set a new one "
            "at once and write to the operator:\n\n%(link)s"
        ),
        "/account/password/",
    ),
    "second_factor_enrolled": Text(
        gettext_noop("Your phone now gives your one-time codes"),
        gettext_noop(
            "An authenticator app was set up for your TaxBridge account. Any earlier one no "
            "longer works. If it was not you, set a new password at once and write to the "
            "operator:\n\n%(link)s"
        ),
        "/account/password/",
    ),
    "passkey_enrolled": Text(
        gettext_noop("A passkey was set up for your account"),
        gettext_noop(
            'The passkey "%(name)s" was set up for your TaxBridge account. It signs you in and '
            "signs consents. If it was not you, set a new password at once, remove the passkey "
            "under your account, and write to the operator:\n\n%(link)s"
        ),
        "/account/password/",
    ),
    "passkey_removed": Text(
        gettext_noop("A passkey was removed from your account"),
        gettext_noop(
            'The passkey "%(name)s" no longer works for your TaxBridge account. If it was not '
            "you, set a new password at once and write to the operator:\n\n%(link)s"
        ),
        "/account/password/",
    ),
    "phone_removed": Text(
        gettext_noop("The phone was removed from your account"),
        gettext_noop(
            "The codes of your phone no longer work for your TaxBridge account; your passkeys do. "
            "If it was not you, set a new password at once and write to the operator:\n\n%(link)s"
        ),
        "/account/password/",
    ),
    "second_factor_reset": Text(
        gettext_noop("Your second factor was removed"),
        gettext_noop(
            "On your request the operator removed the phone and the recovery codes of your "
            "TaxBridge account. At your next sign-in you set up a new phone:\n\n%(link)s\n\nIf "
            "you did not ask for this, write to the operator at once."
        ),
        "/account/sign-in/",
    ),
    "consent_asked": Text(
        gettext_noop("%(bank)s asks to use your tax data"),
        gettext_noop(
            "%(bank)s asks your firm to let it use tax data.\n\nWhat for: %(purpose)s\nMonths: "
            "%(first_month)s to %(last_month)s\n\nNothing happens until you answer. Read the "
            "terms, and allow it or say no, here:\n\n%(link)s"
        ),
        "/firm/consents/",
    ),
    "application_scored": Text(
        gettext_noop("Application %(reference)s is with %(bank)s"),
        gettext_noop(
            "Your records were read and checked, and %(bank)s now has application %(reference)s. "
            "See your score and its reasons here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "application_unscored": Text(
        gettext_noop("Application %(reference)s is with %(bank)s"),
        gettext_noop(
            "Your records were read, and %(bank)s now has application %(reference)s. There was not "
            "enough data for a score: a person there looks at it without one. Why, and what you "
            "can do, is written here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "dispute_opened": Text(
        gettext_noop("A firm disputes a score that was made for your bank"),
        gettext_noop(
            "%(firm)s disputes a score that was made for your bank. A person there has to answer "
            "in writing by %(until)s. The firm's words, and the page to answer on, are here:"
            "\n\n%(link)s"
        ),
        "/bank/disputes/%(dispute)s/",
    ),
    "dispute_answered": Text(
        gettext_noop("Your dispute of a score has been answered"),
        gettext_noop("A person at the bank looked at it. Read the answer here:\n\n%(link)s"),
        "/firm/score/",
    ),
    "application_stopped": Text(
        gettext_noop("Application %(reference)s needs you"),
        gettext_noop(
            "Application %(reference)s to %(bank)s has stopped until you do something. What "
            "happened, and what you can do, is written here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "question_asked": Text(
        gettext_noop("%(bank)s has a question about application %(reference)s"),
        gettext_noop(
            "%(bank)s has a question about application %(reference)s, and goes on with it when you "
            "have answered. Read the question and answer it here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/answer/",
    ),
    "question_answered": Text(
        gettext_noop("Case %(reference)s: the firm has answered"),
        gettext_noop(
            "The firm has answered your bank's question about case %(reference)s, which is under "
            "review again:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/",
    ),
    "application_decided": Text(
        gettext_noop("%(bank)s decided on application %(reference)s"),
        gettext_noop(
            "%(bank)s decided on application %(reference)s. The decision, its reasons and what "
            "you can do are here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "offer_accepted": Text(
        gettext_noop("You accepted the offer of %(bank)s"),
        gettext_noop(
            "The offer of %(bank)s on application %(reference)s is accepted. Other applications "
            "of the same request are closed. If it was not you, set a new password at once and "
            "write to the operator. What comes next is here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "offer_taken": Text(
        gettext_noop("Case %(reference)s: the firm accepted your bank's offer"),
        gettext_noop(
            "%(firm)s accepted your bank's offer on case %(reference)s. The agreement can be "
            "signed now:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/",
    ),
    "offer_ends_soon": Text(
        gettext_noop("The offer of %(bank)s on application %(reference)s ends soon"),
        gettext_noop(
            "The offer of %(bank)s on application %(reference)s still waits for your answer, and "
            "ends within three days. You need not accept it. Until when it stands is here:"
            "\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "offer_expired": Text(
        gettext_noop("The offer of %(bank)s on application %(reference)s has run out"),
        gettext_noop(
            "You did not accept the offer of %(bank)s on application %(reference)s in time. It no "
            "longer binds the bank, and you owe nothing. You can apply again:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "offer_not_taken": Text(
        gettext_noop("Case %(reference)s: your bank's offer has run out"),
        gettext_noop(
            "%(firm)s did not accept your bank's offer on case %(reference)s in time. The case is "
            "closed:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/",
    ),
    "agreement_signed": Text(
        gettext_noop("%(bank)s signed the agreement on application %(reference)s"),
        gettext_noop(
            "%(bank)s signed the agreement on the terms that you accepted, application "
            "%(reference)s. The terms are here:\n\n%(link)s"
        ),
        "/firm/applications/%(application)s/",
    ),
    "loan_paid_out": Text(
        gettext_noop("Your loan from %(bank)s is paid out"),
        gettext_noop(
            "The loan on application %(reference)s is paid out by %(bank)s. What is due and when "
            "stands here:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_waits": Text(
        gettext_noop("Your loan from %(bank)s could not be paid out yet"),
        gettext_noop(
            "The money of the loan on application %(reference)s could not be paid out. %(bank)s "
            "has been told. Why, and what you can do, stands here:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_given_up": Text(
        gettext_noop("%(bank)s will not pay out your loan"),
        gettext_noop(
            "%(bank)s closed the loan on application %(reference)s: it could not be paid out. You "
            "owe nothing:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_due_soon": Text(
        gettext_noop("A payment to %(bank)s falls due soon"),
        gettext_noop(
            "A payment of your loan from %(bank)s, application %(reference)s, falls due within "
            "three days and is collected by itself then. How much, and from which account, stands "
            "here:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_overdue": Text(
        gettext_noop("A payment to %(bank)s is overdue"),
        gettext_noop(
            "A payment of your loan from %(bank)s, application %(reference)s, is overdue and "
            "costs a penalty every day. What is due stands here:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_settled": Text(
        gettext_noop("You have paid back your loan from %(bank)s"),
        gettext_noop(
            "Nothing is owed any more on the loan from %(bank)s, application %(reference)s. The "
            "closing statement comes next:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_closed": Text(
        gettext_noop("Your loan from %(bank)s is closed"),
        gettext_noop(
            "The loan from %(bank)s, application %(reference)s, is closed, and so is what you "
            "allowed in order to watch over it. The statement is here:\n\n%(link)s"
        ),
        "/firm/loans/of/%(application)s/",
    ),
    "loan_not_paid_out": Text(
        gettext_noop("Case %(reference)s: the loan could not be paid out"),
        gettext_noop(
            "The loan of %(firm)s, case %(reference)s, could not be paid out. Why, and what can be "
            "done, stands here:\n\n%(link)s"
        ),
        "/bank/loans/of/%(application)s/",
    ),
    "loan_order_disputed": Text(
        gettext_noop("Case %(reference)s: a money order was stopped"),
        gettext_noop(
            "The mover of money has another order under the number of one of ours: loan of "
            "%(firm)s, case %(reference)s. Nothing moves on this loan until people have "
            "looked:\n\n%(link)s"
        ),
        "/bank/loans/of/%(application)s/",
    ),
    "application_withdrawn": Text(
        gettext_noop("Case %(reference)s: the firm withdrew its application"),
        gettext_noop(
            "%(firm)s withdrew its application, case %(reference)s. Nothing is left to do "
            "there:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/",
    ),
    "policy_alarm": Text(
        gettext_noop("A policy could not rule on case %(reference)s"),
        gettext_noop(
            "The policy of the product could not rule on the application of %(firm)s, "
            "%(reference)s. Nothing was decided; the case waits for an officer. Have the policy "
            "looked at before more cases come:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/",
    ),
    "review_asked": Text(
        gettext_noop("Case %(reference)s: the firm asks for a person"),
        gettext_noop(
            "The policy declined the application of %(firm)s, %(reference)s, by itself. The firm "
            "asks for a person, who decides anew. The case has a time limit of its own:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/",
    ),
    "incident_opened": Text(
        gettext_noop("An incident is open: report it within 24 hours"),
        gettext_noop(
            "Something in the ledger no longer holds, and an incident was opened. It has to be "
            "reported within 24 hours. What was seen, when, and what to do is here:\n\n%(link)s"
        ),
        "/regulator/incidents/%(incident)s/",
    ),
    "approval_proposed": Text(
        gettext_noop("Case %(reference)s waits for your approval"),
        gettext_noop(
            "An officer proposes to approve the application of %(firm)s, %(reference)s. The amount "
            "needs a second person. Look at it here, and approve it or send it back:\n\n%(link)s"
        ),
        "/bank/cases/%(application)s/approve/",
    ),
}


def in_portal(kind: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Title in the active language, and the path it leads to. KeyError as `rendered`."""
    text = TEXTS[kind]
    return _(text.title) % with_days(values), text.link % values


def rendered(kind: str, values: Mapping[str, str], portal: str) -> tuple[str, str]:
    """Title and body of a message in the active language. KeyError for an unknown kind or value."""
    text = TEXTS[kind]
    named = {**with_days(values), "link": f"{portal}{text.link % values}", "portal": portal}
    if text.has_stop_link:
        named["stop"] = f"{portal}/stop/{stop_token(UUID(values['consent']))}/"
    return _(text.title) % named, _(text.body) % named
