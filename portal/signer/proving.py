"""One proof of a second factor out of a form: a passkey's answer, or else a one-time code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from fido2.webauthn import AuthenticationResponse

from portal.accounts.activity import Activity, note_activity
from portal.signer.forms import ProofForm
from portal.signer.passkey_checks import check_passkey
from portal.signer.phones import check_code


class Method(StrEnum):
    """With what a second factor was proved."""

    TOTP = "totp"
    PASSKEY = "passkey"


@dataclass(frozen=True, slots=True)
class Proven:
    """A right answer; of a passkey also what it signed, and the digest of the step it was for."""

    method: Method
    step_digest: str = ""
    assertion: AuthenticationResponse | None = None


def proven(form: ProofForm, *, person_id: UUID, occasion: str) -> Proven | None:
    """Judge what a valid form holds; None when it is not right, with the reason on the form."""
    if response := form.cleaned_data["passkey"]:
        judged = check_passkey(person_id=person_id, occasion=occasion, response=response)
        if judged.answer.is_right:
            return Proven(Method.PASSKEY, judged.step_digest, judged.assertion)
        _note_refused(person_id)
        form.refuse_passkey(judged.answer)
        return None
    answer = check_code(person_id=person_id, code=form.cleaned_data["code"])
    if answer.is_right:
        return Proven(Method.TOTP)
    _note_refused(person_id)
    form.refuse(answer)
    return None


def _note_refused(person_id: UUID) -> None:
    """Nobody is signed in: what was tried is on the log of whom it was tried for."""
    note_activity(None, Activity.SECOND_FACTOR_REFUSED, subject=f"person:{person_id}")
