"""What a person can prove a second factor with."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.signer.models import Passkey


@dataclass(frozen=True, slots=True)
class Factors:
    """A person's phone and passkeys; nobody with at least one is enrolled anew without it."""

    phone: TOTPDevice | None
    passkeys: tuple[Passkey, ...]

    @property
    def count(self) -> int:
        """How many there are; the last is never removed."""
        return len(self.passkeys) + (self.phone is not None)


def factors_of(person_id: UUID, *, lock: bool = False) -> Factors:
    """The person's confirmed factors; with ``lock`` held until the transaction ends.

    Always locked in this order, so that two removals at once wait for each other, and the second
    counts what the first left.
    """
    phones = TOTPDevice.objects.filter(user_id=person_id, confirmed=True)
    passkeys = Passkey.objects.filter(user_id=person_id).order_by("created_at", "id")
    if lock:
        phones, passkeys = phones.select_for_update(), passkeys.select_for_update()
    return Factors(phones.first(), tuple(passkeys))
