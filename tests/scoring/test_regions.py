"""The region of a firm is the province of its registration."""

from __future__ import annotations

from portal.sandbox.taxauthority.records.usccs import synthetic_uscc
from scoring.engine.regions import PROVINCES, UNKNOWN, region_of


def test_a_code_names_the_province_that_registered_the_firm() -> None:
    assert region_of("91440300MA5FAKE00X") == "44"
    assert PROVINCES["44"] == "Guangdong"


def test_an_invented_firm_is_from_nowhere() -> None:
    assert region_of(synthetic_uscc("SIM-1-0001")) == UNKNOWN
    assert region_of("") == UNKNOWN


def test_the_standard_has_34_numbers_in_eight_groups() -> None:
    assert len(PROVINCES) == len(set(PROVINCES.values())) == 34
    assert {number[0] for number in PROVINCES} == set("12345678")
    assert list(PROVINCES) == sorted(PROVINCES)
