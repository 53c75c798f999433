"""`export_ledger` on a database of its own: whole, incremental, killed, refused."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger.export import verify_taxbridge as verifier
from ledger.export.archive import tar_of
from ledger.export.exporting import Exported, ExportRefused, export_to
from ledger.format.note_keys import Signer
from tests.ledger_attacks.own_ledger import OwnLedger
from tests.ledger_verifier.exports import LOG, bodies, body, key, policy_file, run

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

SIZE = 600


@pytest.fixture
def ledger(own_ledger: OwnLedger) -> OwnLedger:
    """600 entries; at 300 and 560 witnessed, 600 signed only."""
    own_ledger.write(bodies(SIZE))
    own_ledger.sign(300, 560, SIZE)
    own_ledger.cosign(300, 560)
    return own_ledger


def verdict(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> tuple[int, Any]:
    code, said = run(capsys, "log", folder, "--policy", policy_file(tmp_path))
    return code, said.get("size") or said.get("problem")


def test_an_export_is_the_newest_witnessed_state(
    ledger: OwnLedger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "export"
    assert export_to(folder, using=ledger.using) == Exported(560, 560, is_witnessed=True)
    assert verdict(capsys, folder, tmp_path) == (verifier.HOLDS, 560)
    assert [path.name for path in (folder / "history").iterdir()] == ["300"]
    command = [sys.executable, "-P", "verify_taxbridge.py", "log", ".", "--policy", "policy"]
    assert subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode == 0


def test_a_second_run_reads_only_what_is_new(
    ledger: OwnLedger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "export"
    export_to(folder, using=ledger.using)
    ledger.cosign(SIZE)
    assert export_to(folder, using=ledger.using) == Exported(SIZE, SIZE - 512, is_witnessed=True)
    assert verdict(capsys, folder, tmp_path) == (verifier.HOLDS, SIZE)
    partial = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.p/*"))
    assert partial == ["tile/0/002.p/88", "tile/1/000.p/2", "tile/entries/002.p/88"]
    assert export_to(folder, using=ledger.using).read == SIZE - 512


def test_checkpoints_of_a_key_that_is_out_of_use_are_left_out(
    ledger: OwnLedger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger.sign(300, signer=Signer(LOG.name, key(7)))
    ledger.cosign(300)
    export_to(tmp_path / "export", using=ledger.using)
    assert not list((tmp_path / "export").glob("history/*"))
    assert verdict(capsys, tmp_path / "export", tmp_path) == (verifier.HOLDS, 560)


def test_before_there_are_witnesses_it_says_signed(
    own_ledger: OwnLedger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ExportRefused, match="Nothing has been signed"):
        export_to(tmp_path / "export", using=own_ledger.using)
    own_ledger.write(bodies(3))
    own_ledger.sign(3)
    assert not export_to(tmp_path / "export", using=own_ledger.using).is_witnessed
    assert verdict(capsys, tmp_path / "export", tmp_path) == (verifier.FAILS, "not_witnessed")


def test_changed_history_is_not_exported(ledger: OwnLedger, tmp_path: Path) -> None:
    ledger.write([*bodies(5), body(5, kind="offer.accepted"), *bodies(SIZE)[6:]])
    with pytest.raises(ExportRefused, match="history has changed"):
        export_to(tmp_path / "export", using=ledger.using)
    ledger.write(bodies(SIZE))
    with ledger.cursor() as cursor:
        cursor.execute("DELETE FROM ledger.entry WHERE seq = 5")
    with pytest.raises(ExportRefused, match="Entry 5 is missing"):
        export_to(tmp_path / "export", using=ledger.using)
    assert not (tmp_path / "export" / "checkpoint").exists()


def test_a_folder_remembers_a_longer_or_another_log(ledger: OwnLedger, tmp_path: Path) -> None:
    """An old backup, and history written anew and signed again, don't replace an export."""
    export_to(tmp_path / "export", using=ledger.using)
    ledger.forget(560)
    with pytest.raises(ExportRefused, match="holds 560 entries"):
        export_to(tmp_path / "export", using=ledger.using)
    ledger.write([*bodies(5), body(5, kind="offer.accepted"), *bodies(SIZE)[6:]])
    ledger.sign(560, SIZE)
    ledger.cosign(560)
    with pytest.raises(ExportRefused, match="another root"):
        export_to(tmp_path / "export", using=ledger.using)
    ledger.cosign(SIZE)
    with pytest.raises(ExportRefused, match="history has changed"):
        export_to(tmp_path / "export", using=ledger.using)


KILLED = """
import os, signal, sys
sys.path.insert(0, {root!r})
from tests.ledger_verifier.exports import Path, bodies, write_export
from ledger.export import tile_writer
left, real = int(sys.argv[2]), tile_writer.replace_file
def replace(path, content):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    real(path, content)
tile_writer.replace_file = replace
write_export(Path(sys.argv[1]), bodies(300), history=[200])
"""


def test_a_killed_run_leaves_nothing_that_verifies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = KILLED.format(root=os.fspath(Path(__file__).parents[2]))
    command = [sys.executable, "-c", script, str(tmp_path / "export"), "4"]
    done = subprocess.run(command, check=False)
    assert done.returncode == -signal.SIGKILL
    assert list((tmp_path / "export").rglob("*"))
    assert verdict(capsys, tmp_path / "export", tmp_path) == (verifier.UNCHECKED, "unreadable")


def test_the_command_says_what_it_wrote(ledger: OwnLedger, tmp_path: Path) -> None:
    output = io.StringIO()
    call_command("export_ledger", tmp_path / "export", database=ledger.using, stdout=output)
    assert "560 entries, witnessed; 560 read now." in output.getvalue()
    ledger.write(bodies(SIZE)[1:])
    with pytest.raises(CommandError, match="history has changed"):
        call_command("export_ledger", tmp_path / "other", database=ledger.using)


def test_an_archive_holds_the_folder(
    ledger: OwnLedger, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export_to(tmp_path / "export", using=ledger.using)
    content = b"".join(tar_of(tmp_path / "export", name="ledger"))
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "unpacked")  # noqa: S202 -- our own
    assert verdict(capsys, tmp_path / "unpacked" / "ledger", tmp_path) == (verifier.HOLDS, 560)
