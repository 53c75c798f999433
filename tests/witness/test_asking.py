"""The log's side of the protocol, against a real witness and against bad ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ledger.format.notes import add_lines
from ledger.format.policy import Witness
from ledger.witnessing.asking import Line, Reply, newest_at, size_in
from ledger.witnessing.problems import NotCosigned, Problem
from portal.embedded.ports import free_port
from tests.witness.bad_witnesses import Behaviour, always, drip, hang, serving
from tests.witness.running import RunningWitness
from tests.witness.small_log import ORIGIN, SmallLog, logs_file


@pytest.fixture(scope="module")
def log() -> SmallLog:
    return SmallLog()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, log: SmallLog) -> Iterator[RunningWitness]:
    witness = RunningWitness(tmp_path_factory.mktemp("w"), "witness.example/w1", logs_file(log))
    witness.start()
    yield witness
    witness.kill()


def test_a_kept_connection_outlives_a_restart_of_the_witness(
    running: RunningWitness, log: SmallLog
) -> None:
    witness = Witness("w1", running.cosigner, running.url + "/")
    line = Line(witness.url)
    assert newest_at(witness, ORIGIN) is None
    assert line.add_checkpoint(old_size=0, proof=[], note=log.note(3)).status == 200
    running.kill()
    running.start()
    reply = line.add_checkpoint(old_size=3, proof=log.proof(3, 5), note=log.note(5))
    assert running.cosigner.time_of(add_lines(log.note(5), [reply.text]))
    assert newest_at(witness, ORIGIN) == log.note(5) + reply.text
    conflict = line.add_checkpoint(old_size=3, proof=log.proof(3, 6), note=log.note(6))
    assert (conflict.status, size_in(conflict)) == (409, 5)
    line.close()


@pytest.mark.parametrize("behaviour", [hang, drip])
def test_however_slow_it_is_the_wait_ends(running: RunningWitness, behaviour: Behaviour) -> None:
    with serving(behaviour) as url:
        began = time.monotonic()
        with pytest.raises(NotCosigned) as refusal:
            newest_at(Witness("slow", running.cosigner, url), ORIGIN, seconds=0.5)
        assert time.monotonic() - began < 2
    assert refusal.value.problem == Problem.UNREACHABLE


@pytest.mark.parametrize(
    ("status", "text", "problem"),
    [(500, "", Problem.REFUSED), (301, "", Problem.REFUSED), (200, "\udcff", Problem.UNREACHABLE)],
)
def test_other_answers_are_none(
    running: RunningWitness, status: int, text: str, problem: Problem
) -> None:
    with serving(always(status, text)) as url, pytest.raises(NotCosigned) as refusal:
        newest_at(Witness("odd", running.cosigner, url), ORIGIN, seconds=0.5)
    assert refusal.value.problem == problem


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}", "ftp://x.example", "", "http:", "http://[", "http://w.example:x"],
)
def test_nobody_there_is_unreachable(running: RunningWitness, url: str) -> None:
    witness = Witness("gone", running.cosigner, url.format(port=free_port()))
    with pytest.raises(NotCosigned) as refusal:
        newest_at(witness, ORIGIN, seconds=0.5)
    assert refusal.value.problem == Problem.UNREACHABLE


@pytest.mark.parametrize(
    "text", ["", "5", "05\n", "+5\n", "٥\n", "5\n\n", f"{'9' * 20}\n", f"{2**63}\n"]
)
def test_a_conflict_has_one_spelling(text: str) -> None:
    assert size_in(Reply(409, text)) is None
