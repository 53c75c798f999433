"""Whoever is refused at the signer is told why, in both languages."""

from __future__ import annotations

import re

import pytest
from django.db import connections
from django.utils.translation import override

from portal.signer.refusals import TEXTS

BY_THE_CEILINGS = ("months_too_many", "beyond_ceiling")
OF_REQUESTS = ("request_approved", "request_rejected", "request_expired", "request_answered")
# Said of documents that the signer itself put together: nobody can bring these about.
OWN_FAULTS = {"wrong_type", "request_not_pending", "no_such_consent"}
_RAISED = re.compile(r"(?:THEN '|EXCEPTION 'gate: )([a-z_]+)'")


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("function", ["grant_consent", "supersede", "resume"])
def test_each_no_of_the_gate_has_its_sentence(function: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(p.prosrc, ' ') FROM pg_proc p"
            " WHERE p.pronamespace = 'gate'::regnamespace AND p.proname = %s",
            [function],
        )
        ((source,),) = cursor.fetchall()
    raised = set(_RAISED.findall(source)) - OWN_FAULTS
    assert raised, "the control: it can refuse"
    assert raised <= set(TEXTS)


@pytest.mark.parametrize("code", [*BY_THE_CEILINGS, *OF_REQUESTS])
def test_each_no_of_the_rules_has_its_sentence(code: str) -> None:
    assert code in TEXTS


def test_every_sentence_is_there_in_both_languages() -> None:
    for code, parts in TEXTS.items():
        for part in parts:
            with override("en"):
                english = str(part)
            with override("zh-hans"):
                assert str(part) != english, code


def test_a_banks_request_is_not_said_to_wait_one_day_only() -> None:
    with override("en"):
        assert "a bank's waits 14 days" in str(TEXTS["request_expired"][1])
