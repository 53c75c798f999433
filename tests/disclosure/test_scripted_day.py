"""A day of three people through the pages: the export of one holds each act, and no other's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from ledger.format.note_keys import Signer
from ledger.queries import entries_from
from ledger.sequencer import Sequencer
from portal.accounts.models import User
from portal.core.actor import Actor
from portal.disclosure.download_export import download_export
from portal.disclosure.models import What
from tests.disclosure.requests import made, terms_about, today
from tests.ledger.conftest import signer
from tests.oversight.complaints import WORDS, case_of
from tests.personas import People

__all__ = ["signer"]

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

BrowserOf = Callable[[str | Actor], Client]
YESTERDAY = timedelta(days=1)


def scripted_day(people: People, browser_of: BrowserOf, *, case_id: UUID, score_id: UUID) -> None:
    """sara, sam of the same firm, and bo at the bank, by turns."""
    email = User.objects.get(id=people.sara.person_id).email.upper()
    Client().post(reverse("account:sign_in"), {"email": email, "password": "wrong"})
    sara, sam, bo = browser_of("sara"), browser_of("sam"), browser_of("bo")
    sara.get(reverse("sme:overview"))
    sam.get(reverse("sme:overview"))
    bo.get(reverse("bank:case_detail", args=[case_id]))
    sara.post(reverse("public:language"), {"language": "en"})
    complaint = reverse("sme:complaint_file", args=["score", score_id])
    assert sara.post(complaint, {"words": WORDS, "send": "yes"}).status_code == 302
    assert sam.post(complaint, {"words": WORDS, "send": "yes"}).status_code == 403
    archive = sara.get(reverse("sme:events_download"))
    assert archive.getvalue().startswith(b"PK")
    archive.close()
    assert sara.get(reverse("bank:queue")).status_code == 403
    assert sara.get(reverse("account:confirm", args=["a-secret"])).status_code == 404
    for browser in (sam, sara, bo):
        browser.post(reverse("account:sign_out"))


def sara_did(score_id: UUID) -> list[tuple[str, object, object, str]]:
    """Act, page, status and object of each."""
    score = f"subject:{score_id}"
    return [
        ("sign_in_refused", None, 200, "self"),
        ("password_accepted", None, 302, "self"),
        ("signed_in", None, None, "self"),
        ("page_opened", "sme:overview", 200, ""),
        ("form_sent", "public:language", 302, ""),
        ("form_sent", "sme:complaint_file", 302, score),
        ("exported", None, None, "ledger:own"),
        ("page_opened", "sme:events_download", 200, ""),
        ("page_opened", "bank:queue", 403, ""),
        ("page_opened", "account:confirm", 404, ""),
        ("signed_out", None, None, "self"),
        ("form_sent", "account:sign_out", 302, ""),
    ]


def unpacked(people: People, signer: Signer, whose: UUID, what: What, folder: Path) -> Path:
    """The file that rita downloads, after all that was done was signed."""
    assert Sequencer(signer, using="sequencer").drain(patience=20)
    disclosure = made(people, terms_about(whose, what=what, since=today() - YESTERDAY))
    content = download_export(people.rita, disclosure_id=disclosure.id)
    with ZipFile(BytesIO(content)) as archive:
        archive.extractall(folder)
    return folder


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def acts_of(folder: Path, actor: Actor) -> list[tuple[str, object, object, str]]:
    return [
        (
            row["act"],
            row["detail"].get("page"),
            row["detail"].get("status"),
            "self" if row["about"] == actor.ref else row["about"],
        )
        for row in lines_of(folder / "activity.jsonl")
    ]


def everything_by(actor: Actor) -> list[bytes]:
    """Found another way: by reading the whole ledger."""
    found, seq = [], 0
    while entries := entries_from(seq, size=500):
        found += [entry.body for entry in entries if entry.actor == actor.ref]
        seq = entries[-1].seq + 1
    return found


def checked(folder: Path) -> tuple[int, str]:
    """What the program in the file says, as a process of its own."""
    keys = settings.KEYS_DIR / "public/receipts.json"
    command = [sys.executable, "check_records.py", ".", "--keys", str(keys)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_a_persons_export_has_each_act_in_order_and_none_of_others(
    people: People, browser_of: BrowserOf, signer: Signer, tmp_path: Path
) -> None:
    case = case_of(people)
    assert case.score_id is not None
    scripted_day(people, browser_of, case_id=case.id, score_id=case.score_id)
    folder = unpacked(people, signer, people.sara.person_id, What.PERSON, tmp_path)
    assert acts_of(folder, people.sara) == sara_did(case.score_id)
    rows = lines_of(folder / "activity.jsonl")
    assert {row["who"] for row in rows} == {people.sara.ref, ""}
    ledger = (folder / "ledger.jsonl").read_bytes().splitlines()
    assert ledger == everything_by(people.sara)
    kinds = [json.loads(line)["kind"] for line in ledger]
    assert kinds[0] == "person.registered"
    assert kinds[-1] == "complaint.filed"
    assert len(list((folder / "receipts").iterdir())) == len(ledger)
    assert "a-secret" not in (folder / "activity.csv").read_text(encoding="utf-8")
    assert checked(folder) == (0, "All files are those that were signed.\n")
    changed = (folder / "activity.csv").read_bytes().replace(b"sme:overview", b"sme:0verview", 1)
    (folder / "activity.csv").write_bytes(changed)
    assert checked(folder) == (1, "activity.csv: not the file that was signed.\n")
    manifest = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(manifest.replace(b'"rows":12', b'"rows":11'))
    assert checked(folder) == (1, "manifest.json: this is not the list that was signed.\n")


def test_an_organisations_export_has_all_its_people_and_nobody_else(
    people: People, browser_of: BrowserOf, signer: Signer, tmp_path: Path
) -> None:
    case = case_of(people)
    assert case.score_id is not None
    scripted_day(people, browser_of, case_id=case.id, score_id=case.score_id)
    firm = people.sara.organisation_id
    assert firm is not None
    folder = unpacked(people, signer, firm, What.ORGANISATION, tmp_path / "log")
    rows = lines_of(folder / "activity.jsonl")
    own = [row for row in rows if row["who"] == people.sara.ref or row["about"] == people.sara.ref]
    assert len(own) == len(sara_did(case.score_id))
    sams = {people.sam.ref, ""}
    assert {row["who"] for row in rows if row not in own} <= sams
    refused = {"page": "sme:complaint_file", "status": 403}
    assert [row["who"] for row in rows if row["detail"] == refused] == [people.sam.ref]
    assert rows == sorted(rows, key=lambda row: row["at"])
    people_of_it = {people.sara.ref, people.sam.ref}
    acted = {line["actor"] for line in lines_of(folder / "ledger.jsonl")}
    assert people.sara.ref in acted <= people_of_it
    register = unpacked(people, signer, firm, What.REGISTER, tmp_path / "register")
    listed = lines_of(register / "register.jsonl")
    assert {row["person"] for row in listed} == people_of_it
    assert not (register / "activity.csv").exists()
    assert checked(register)[0] == 0
