"""What the supervisor tells the person: addresses, sign-ins, errors from the logs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.embedded.console import LINES_AT_ONCE, LogWatch, announcement
from portal.embedded.installation import Installation
from portal.embedded.processes import WITNESS_PORTS, processes


def installation(folder: Path, **given: str) -> Installation:
    return Installation(folder, 9000, "postgresql://a:b@127.0.0.1:5/x", "redis://r/0", given)


def test_addresses_and_sign_ins_are_announced(tmp_path: Path) -> None:
    person = {"who": "Sara", "email": "s@x.example", "password": "p-1", "code_hint": "make code"}
    here = installation(tmp_path)
    here.demonstration.write_text(json.dumps([person]), encoding="utf-8")
    said = announcement(here)
    for text in ("http://portal.localhost:9000", "http://sign.localhost:9001", *person.values()):
        assert text in said
    assert "http://tax.localhost:9002" in said


def test_given_addresses_go_to_the_console_and_to_every_process_of_ours(tmp_path: Path) -> None:
    here = installation(tmp_path, TAXBRIDGE_PORTAL_URL="https://portal.example")
    assert "https://portal.example" in announcement(here)
    for process in processes(base_port=9000, scratch=tmp_path):
        expected = None if process.is_outside else "https://portal.example"
        assert here.environment_for(process).get("TAXBRIDGE_PORTAL_URL") == expected


def test_a_witness_is_told_of_its_own_files_alone(tmp_path: Path) -> None:
    here = installation(tmp_path, TAXBRIDGE_DEBUG="true")
    every = processes(base_port=9000, scratch=tmp_path)
    witnesses = [one for one in every if one.module == "portal.sandbox.witness"]
    told = [here.environment_for(witness) for witness in witnesses]
    for one in told:
        assert set(one) == {
            "TMPDIR",
            "TAXBRIDGE_WITNESS_NAME",
            "TAXBRIDGE_WITNESS_KEY",
            "TAXBRIDGE_WITNESS_MEMORY",
            "TAXBRIDGE_WITNESS_LOGS",
        }
    assert len({one["TAXBRIDGE_WITNESS_KEY"] for one in told}) == len(WITNESS_PORTS)
    for name in WITNESS_PORTS:
        assert f"{here.witness_url(name)}  ({name})" in announcement(here)


def test_what_the_person_has_in_the_environment_stays_there(tmp_path: Path) -> None:
    here = installation(tmp_path, DATABASE_URL_ADMIN="x", AWS_SECRET="y", TAXBRIDGE_LOG_LEVEL="z")
    for process in processes(base_port=9000, scratch=tmp_path):
        told = here.environment_for(process)
        assert not {"DATABASE_URL_ADMIN", "AWS_SECRET"} & set(told)
        assert told["TAXBRIDGE_LOG_LEVEL"] == "z"


def test_new_errors_in_the_logs_are_shown_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "web.log"
    log.write_text("INFO fine\nERROR first\n", encoding="utf-8")
    watch = LogWatch(tmp_path)
    watch.show_new_errors()
    with log.open("a", encoding="utf-8") as file:
        file.write("INFO fine\n" + "CRITICAL again\n" * (LINES_AT_ONCE + 2))
    watch.show_new_errors()
    watch.show_new_errors()
    shown = capsys.readouterr().out
    assert shown.count("web: ERROR first") == 1
    assert shown.count("web: CRITICAL again") == LINES_AT_ONCE
    assert "web: and 2 more such lines" in shown
    assert "fine" not in shown
