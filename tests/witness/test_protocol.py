"""C2SP tlog-witness, rule by rule, and its published examples."""

from __future__ import annotations

import base64
import json
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.format.merkle import EMPTY_ROOT
from ledger.format.note_keys import Signer
from ledger.format.notes import Checkpoint, add_lines, sign_note
from portal.sandbox.witness.cosign import cosign
from portal.sandbox.witness.memory import Memory
from portal.sandbox.witness.submission import MOST_BYTES, Submission
from tests.ledger.vectors import vectors
from tests.witness.conftest import Desk
from tests.witness.small_log import ORIGIN, SmallLog, body, logs_file

MONITORING = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"


def hash_of(length: int) -> str:
    return base64.b64encode(bytes(length)).decode()


def test_a_first_checkpoint_and_those_after_it_are_cosigned(desk: Desk, log: SmallLog) -> None:
    for old, new in [(0, 3), (3, 3), (3, 4), (4, 11)]:
        reply = desk.add(log.request(old, new))
        assert reply.status == 200, reply.text
        assert reply.text.startswith("— witness.example/w1 ")
        assert reply.text.count("\n") == 1
        assert desk.cosigner.time_of(add_lines(log.note(new), [reply.text]))


def test_another_size_is_answered_with_the_last_one(desk: Desk, log: SmallLog) -> None:
    assert desk.add(log.request(2, 5)).text == "0\n"
    desk.add(log.request(0, 5))
    for old in (0, 4, 6):
        reply = desk.add(log.request(old, 7))
        assert (reply.status, reply.content_type, reply.text) == (409, "text/x.tlog.size", "5\n")


def test_an_old_size_above_the_new_one_is_malformed(desk: Desk, log: SmallLog) -> None:
    desk.add(log.request(0, 5))
    assert desk.add(body(5, [], log.note(4))).status == 400


def test_an_unknown_log_is_not_found(desk: Desk) -> None:
    assert desk.add(SmallLog(origin="other.example/log").request(0, 3)).status == 404


def test_a_signature_that_is_missing_or_wrong_is_forbidden(desk: Desk, log: SmallLog) -> None:
    stranger = Signer(ORIGIN, Ed25519PrivateKey.generate())
    assert desk.add(body(0, [], sign_note(log.text(3), stranger))).status == 403
    signature = log.note(4).partition("\n\n")[2]
    assert desk.add(body(0, [], f"{log.text(3)}\n{signature}")).status == 403
    beside = f"{log.note(3)}{signature}"
    assert desk.add(body(0, [], beside)).status == 403


def test_lines_of_strangers_are_ignored_and_not_kept(desk: Desk, log: SmallLog) -> None:
    stranger = Signer("stranger.example/log", Ed25519PrivateKey.generate())
    note = sign_note(log.text(3), stranger, *log.signers)
    line = desk.add(body(0, [], note)).text
    assert desk.ask("GET", MONITORING).text == log.note(3) + line


def test_an_empty_log_has_one_root_only(desk: Desk, log: SmallLog) -> None:
    wrong = sign_note(Checkpoint(ORIGIN, 0, bytes(32)).text(), *log.signers)
    assert desk.add(body(0, [], wrong)).status == 422
    right = sign_note(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text(), *log.signers)
    assert desk.add(body(0, [], right)).status == 200
    assert desk.add(log.request(0, 3)).status == 200


def test_from_nothing_no_proof_is_taken(desk: Desk, log: SmallLog) -> None:
    assert desk.add(log.request(0, 3, proof=[bytes(32)])).status == 422


def test_what_does_not_continue_the_last_tree_is_refused(desk: Desk, log: SmallLog) -> None:
    desk.add(log.request(0, 5))
    fork = log.forked()
    for request in (
        fork.request(5, 5),
        fork.request(5, 9),
        log.request(5, 9, proof=log.proof(5, 9)[:-1]),
        log.request(5, 9, proof=[*log.proof(5, 9), bytes(32)]),
        log.request(5, 5, proof=[bytes(32)]),
    ):
        assert desk.add(request).status == 422
    assert "\n5\n" in desk.ask("GET", MONITORING).text
    assert desk.add(log.request(5, 9)).status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("old 3", "old 03"),
        lambda text: text.replace("old 3", "old +3"),
        lambda text: text.replace("old 3", "old ٣"),
        lambda text: text.replace("old 3", "old  3"),
        lambda text: text.replace("old 3", "OLD 3"),
        lambda text: text.replace("old 3", "old 3\r"),
        lambda text: text.replace("old 3\n", ""),
        lambda text: text.replace("=\n", "\n", 1),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("\n\n", f"\n{base64.b64encode(bytes(31)).decode()}\n\n", 1),
        lambda text: text.replace(
            "\n\n", f"\n{base64.b64encode(bytes(32)).decode()}" * 64 + "\n\n"
        ),
        lambda text: text.replace("\n5\n", "\n05\n"),
        lambda text: text.replace("\n5\n", f"\n{'9' * 5000}\n"),
        lambda text: text.replace("\n5\n", "\n5\nextension"),
        lambda text: text.rstrip("\n"),
        lambda text: text.encode().replace(b"old", b"\xff"),
        lambda text: b"",
    ],
)
def test_another_spelling_is_malformed(desk: Desk, log: SmallLog, change: object) -> None:
    desk.add(log.request(0, 3))
    assert callable(change)
    assert desk.add(change(log.request(3, 5))).status == 400


def test_sizes_beyond_all_logs_are_malformed(desk: Desk, log: SmallLog) -> None:
    note = sign_note(Checkpoint(ORIGIN, 2**63, bytes(32)).text(), *log.signers)
    assert desk.add(body(0, [], note)).status == 400


def test_a_request_too_large_is_refused(desk: Desk, log: SmallLog) -> None:
    assert desk.add(log.request(0, 3) + "\n" * MOST_BYTES).status == 413


def test_a_log_may_change_its_key(desk: Desk, log: SmallLog) -> None:
    desk.add(log.request(0, 3))
    new = SmallLog(signers=[*log.signers, Signer(ORIGIN, Ed25519PrivateKey.generate())])
    desk.settings.logs_file.write_text(logs_file(new), encoding="utf-8")
    line = desk.add(new.request(3, 5)).text
    assert desk.ask("GET", MONITORING).text == new.note(5) + line
    alone = SmallLog(signers=new.signers[1:])
    assert desk.add(alone.request(5, 6)).status == 200
    desk.settings.logs_file.write_text(logs_file(alone), encoding="utf-8")
    assert desk.add(log.request(6, 7)).status == 403


def test_times_never_go_back(desk: Desk, log: SmallLog) -> None:
    times = []
    for clock, (old, new) in [(2_000_000_000, (0, 3)), (1_900_000_000, (3, 5))]:
        line = cosign(
            Submission.parse(log.request(old, new).encode()),
            key=desk.settings.key(),
            logs=desk.settings.logs(),
            memory=Memory(desk.settings.memory_file),
            now=clock,
        )
        times.append(desk.cosigner.time_of(add_lines(log.note(new), [line])))
    assert times == [2_000_000_000, 2_000_000_000]


def test_it_remembers_over_a_restart(desk: Desk, log: SmallLog) -> None:
    desk.add(log.request(0, 5))
    again = desk.reopened()
    assert again.add(log.forked().request(5, 6)).status == 422
    assert again.add(log.request(0, 6)).text == "5\n"
    assert desk.settings.memory_file.stat().st_mode & 0o077 == 0


def test_monitors_and_people_see_the_last_checkpoint(desk: Desk, log: SmallLog) -> None:
    assert desk.ask("GET", MONITORING).status == 404
    line = desk.add(log.request(0, 5)).text
    assert desk.ask("GET", MONITORING).text == log.note(5) + line
    page = desk.ask("GET", "/").text
    for text in (str(desk.cosigner), ORIGIN, "5 entries", MONITORING):
        assert text in page


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/add-checkpoint", 405),
        ("POST", "/", 405),
        ("POST", MONITORING, 405),
        ("GET", "/nothing", 404),
        ("GET", MONITORING.upper(), 404),
    ],
)
def test_nothing_else_is_answered(desk: Desk, method: str, path: str, status: int) -> None:
    assert desk.ask(method, path).status == status


def test_the_published_request_is_read() -> None:
    path = vectors("c2sp_spec_examples") / "example_blocks.json"
    example = json.loads(path.read_text(encoding="utf-8"))["tlog-witness.md"][1]
    read = Submission.parse(example.removesuffix("\n").encode())
    assert (read.old_size, len(read.proof)) == (20_852_014, 4)
    assert Checkpoint.parse(read.note.partition("\n\n")[0] + "\n").size == 20_852_163
