"""The operator's commands, run as they are in production: as the owner's log-in."""

from __future__ import annotations

import os
import subprocess
import sys
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import Organisation, User
from portal.embedded import launch
from portal.jobs.models import JobRow
from tests.outbox import events_about
from tests.personas import new_person

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


def command(*arguments: str) -> tuple[int, str]:
    result = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=launch.ROOT,
        env={**os.environ, "TAXBRIDGE_ROLE": "owner"},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.returncode, (result.stdout or result.stderr).strip().splitlines()[-1]


def test_a_bank_gets_its_organisation_and_its_entry_at_the_signer() -> None:
    licence = f"DEMO-{uuid4().hex[:8]}"
    code, printed = command("create_bank", "Pier Demo Bank", "码头演示银行", licence)
    assert code == 0, printed
    bank = Organisation.objects.get(id=UUID(printed))
    assert [event["kind"] for event in events_about(bank.ref)] == ["organisation.created"]
    with connections["signer"].cursor() as cursor:
        cursor.execute("SELECT name, name_zh, licence FROM sign.bank WHERE id = %s", [bank.id])
        assert cursor.fetchone() == ("Pier Demo Bank", "码头演示银行", licence)
    code, printed = command("create_bank", "Another Demo Bank", "另一演示银行", licence)
    assert code != 0
    assert "licence_taken" in printed


def test_an_invited_person_finds_the_page_behind_the_printed_link() -> None:
    code, regulator = command("create_regulator", "Demo Regulator", "演示监管机构")
    assert code == 0, regulator
    email = f"rita-{uuid4()}@example.com"
    options = ("--organisation", regulator, "--role")
    code, link = command("invite_person", email, *options, "regulator")
    assert code == 0, link
    page = Client().get("/account/" + link.split("/account/")[1])
    assert email in page.content.decode()
    code, printed = command("invite_person", email, *options, "bank_officer")
    assert code != 0
    assert "role_not_of_kind" in printed


def test_the_operator_is_made_once_and_may_invite_more_people() -> None:
    for _ in range(2):
        code, link = command("create_operator", f"olga-{uuid4()}@example.com")
        assert code == 0, link
        assert "/account/invitation/" in link
    assert Organisation.objects.filter(kind="operator", name="TaxBridge operator").count() <= 1


def test_a_lost_second_factor_is_removed_and_the_person_told() -> None:
    person = new_person("nadia")
    user = User.objects.get(id=person.person_id)
    devices = TOTPDevice.objects.using("signer").filter(user_id=user.id)
    devices.create(user_id=user.id, name="phone", confirmed=True)
    code, printed = command("reset_second_factor", user.email)
    assert code == 0, printed
    assert not devices.exists()
    assert JobRow.objects.filter(subject=user.ref, payload__message="second_factor_reset").exists()
    code, printed = command("reset_second_factor", "nobody@example.com")
    assert code != 0
    assert "person_unknown" in printed
