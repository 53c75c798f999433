"""The policy file changes while the gatherer runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger import keys
from ledger.format.note_keys import Signer
from ledger.witnessing.following import PolicyFile, gather
from tests.ledger.witnessing.gathering import cosigned_by, line_of, signed_entry, wait_until
from tests.witness.running import RunningWitness

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture
def start() -> Iterator[Callable[[], None]]:
    """Starts a gatherer that follows the file."""
    stop, threads = threading.Event(), []

    def begin() -> None:
        following = {"using": "gatherer"}
        thread = threading.Thread(target=gather, args=(PolicyFile(), stop), kwargs=following)
        threads.append(thread)
        thread.start()

    yield begin
    stop.set()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


def test_a_new_policy_counts_at_once_and_a_broken_one_never(
    signer: Signer,
    names: Callable[[str], str],
    real: Callable[[str], RunningWitness],
    start: Callable[[], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = real("first"), real("second")
    first.start()
    second.start()
    log = f"log {signer.verifier}\n"
    one = line_of(names("first"), first.cosigner, first.url)
    two = line_of(names("second"), second.cosigner, second.url)
    path = tmp_path / "policy"
    monkeypatch.setenv(keys.POLICY, str(path))
    path.write_text(f"{log}{one}quorum {names('first')}\n")
    start()
    seq = signed_entry(signer)
    wait_until(lambda: cosigned_by(seq) == {names("first")})
    for broken in (lambda: path.write_text(f"{log}{two}quorum nobody\n"), path.unlink):
        caplog.clear()
        broken()
        wait_until(lambda: "The policy before stays in force" in caplog.text)
        seq = signed_entry(signer)
        wait_until(lambda: cosigned_by(seq) == {names("first")})  # noqa: B023
    path.write_text(f"{log}{two}quorum {names('second')}\n")
    wait_until(lambda: "Another policy is in force" in caplog.text)
    seq = signed_entry(signer)
    wait_until(lambda: bool(cosigned_by(seq)))
    assert cosigned_by(seq) == {names("second")}
