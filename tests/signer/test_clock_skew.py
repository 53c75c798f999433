"""A phone whose clock is off: one step either way counts, two do not."""

from __future__ import annotations

import time

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.signer.answers import Verdict
from portal.signer.phones import check_code
from tests.signer.visiting import STEP_SECONDS, Phone
from tests.use_cases.scenario import logged_in
from tests.use_cases.scenarios_signer import nadia

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.mark.parametrize(
    ("steps", "verdict"),
    [
        (-2, Verdict.WRONG),
        (-1, Verdict.RIGHT),
        (0, Verdict.RIGHT),
        (1, Verdict.RIGHT),
        (2, Verdict.WRONG),
    ],
)
def test_a_clock_may_be_one_step_off(steps: int, verdict: Verdict) -> None:
    person = nadia()
    with logged_in("signer"):
        device = TOTPDevice.objects.create(user_id=person.id, name="phone", confirmed=True)
        while time.time() % STEP_SECONDS > STEP_SECONDS - 3:
            time.sleep(0.5)
        code = Phone(device.bin_key).code_at(int(time.time()) // STEP_SECONDS + steps)
        assert check_code(person_id=person.id, code=code).verdict is verdict
