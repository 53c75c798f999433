"""The environment's maker: nothing to do twice, half-made or moved environments made anew."""

from __future__ import annotations

import venv
from pathlib import Path

import pip
import pytest

from portal.embedded import bootstrap

OFFLINE = "--no-index\n"
MISSING = OFFLINE + "nothing-of-this-name==1.0 --hash=sha256:" + "0" * 64 + "\n"


def write_requirements(root: Path, text: str = OFFLINE) -> None:
    for name in (bootstrap.RUNTIME, bootstrap.DEVELOPMENT):
        (root / name).write_text(text, encoding="utf-8")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The places where an environment was made; it borrows this one's pip, to be quick."""
    places: list[Path] = []

    def create(environment: Path) -> None:
        places.append(environment)
        venv.create(environment)
        packages = next(environment.glob("lib/python*/site-packages"))
        (packages / "borrowed.pth").write_text(str(Path(pip.__file__).parents[1]))

    monkeypatch.setattr(bootstrap, "create", create)
    return places


@pytest.fixture
def made(tmp_path: Path, asked: list[Path]) -> Path:
    """A checkout with an environment in it."""
    write_requirements(tmp_path)
    assert bootstrap.main(["--root", str(tmp_path)]) == 0
    assert asked == [tmp_path / ".venv"]
    return tmp_path


def test_a_made_environment_is_left_alone(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "install", lambda *words: pytest.fail("installed again"))
    assert bootstrap.main(["--root", str(made)]) == 0


def test_new_requirements_are_installed_in_place(made: Path, asked: list[Path]) -> None:
    assert not bootstrap.is_ready(made, development=True)
    assert bootstrap.main(["--dev", "--root", str(made)]) == 0
    assert bootstrap.is_ready(made, development=True)
    assert bootstrap.is_ready(made, development=False)
    assert len(asked) == 1


def test_a_failed_install_says_why_and_the_next_start_makes_it_anew(
    tmp_path: Path, asked: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    write_requirements(tmp_path, MISSING)
    assert bootstrap.main(["--root", str(tmp_path)]) == 1
    assert "nothing-of-this-name" in capfd.readouterr().err
    leftover = tmp_path / ".venv" / "leftover"
    leftover.touch()
    write_requirements(tmp_path)
    assert bootstrap.main(["--root", str(tmp_path)]) == 0
    assert "stopped midway" in capfd.readouterr().err
    assert not leftover.exists()
    assert len(asked) == 2


def test_an_environment_copied_from_elsewhere_is_made_anew(made: Path, asked: list[Path]) -> None:
    moved = made.rename(made.with_name("moved"))
    assert bootstrap.main(["--root", str(moved)]) == 0
    assert asked == [made / ".venv", moved / ".venv"]


def test_an_environment_whose_python_is_gone_is_made_anew(made: Path, asked: list[Path]) -> None:
    python = bootstrap.python_of(made / ".venv")
    python.unlink()
    python.symlink_to("/nowhere/python3.11")
    assert bootstrap.main(["--root", str(made)]) == 0
    assert len(asked) == 2


def test_an_old_python_is_refused_by_its_version() -> None:
    with pytest.raises(bootstrap.SetupFailed, match=r"needs Python 3\.11 or newer; this is 3\.9"):
        bootstrap.check_python((3, 9))
