import fcntl
import os
import threading
from pathlib import Path

import pytest

from demo import bootstrap


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the bootstrap would have done, in order; nothing is downloaded."""
    done: list[str] = []

    def create(venv: Path, python: str) -> None:
        (venv / "bin").mkdir()
        (venv / "bin" / "pip").touch()
        done.append("create")

    monkeypatch.setattr(bootstrap, "create", create)
    monkeypatch.setattr(bootstrap, "install", lambda venv, requirements: done.append("install"))
    return done


def test_ensure_venv_created_once_reinstalled_when_requirements_change(tmp_path: Path, calls: list[str]) -> None:
    venv, requirements = tmp_path / "venv", tmp_path / "requirements.txt"
    requirements.write_text("one")
    for _ in range(2):
        bootstrap.ensure(venv, [requirements], python="python3")
    assert calls == ["create", "install"]
    requirements.write_text("two")
    bootstrap.ensure(venv, [requirements], python="python3")
    assert calls == ["create", "install", "install"]


def test_an_installation_that_failed_is_tried_again(
    tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    venv, requirements = tmp_path / "venv", tmp_path / "requirements.txt"
    requirements.write_text("one")
    with monkeypatch.context() as broken:
        broken.setattr(bootstrap, "install", lambda venv, requirements: (_ for _ in ()).throw(OSError("no network")))
        with pytest.raises(OSError, match="no network"):
            bootstrap.ensure(venv, [requirements], python="python3")
    bootstrap.ensure(venv, [requirements], python="python3")
    assert calls == ["create", "install"]


def test_folder_is_locked_while_it_is_filled(tmp_path: Path, calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    venv, requirements = tmp_path / "venv", tmp_path / "requirements.txt"
    requirements.write_text("one")

    def install(venv: Path, requirements: list[Path]) -> None:
        parent = os.open(venv.parent, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(parent, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(parent)
        calls.append("install while locked")

    monkeypatch.setattr(bootstrap, "install", install)
    bootstrap.ensure(venv, [requirements], python="python3")
    assert calls == ["create", "install while locked"]


def test_process_that_waited_does_not_install_again(tmp_path: Path, calls: list[str]) -> None:
    venv, requirements = tmp_path / "venv", tmp_path / "requirements.txt"
    requirements.write_text("one")
    with bootstrap.one_at_a_time(venv):
        waiting = threading.Thread(target=bootstrap.ensure, args=(venv, [requirements]), kwargs={"python": "python3"})
        waiting.start()
        (venv / ".requirements").write_text(bootstrap.fingerprint([requirements]))
    waiting.join(timeout=30)
    assert not waiting.is_alive()
    assert calls == []


def test_an_old_python_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 6))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"(?s)3\.11 or newer is needed.*is 3\.9\.6.*make PYTHON="):
        bootstrap.suitable_python()
