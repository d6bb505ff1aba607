from pathlib import Path

import pytest

from demo import bootstrap


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the bootstrap would have done, in order; nothing is downloaded."""
    done: list[str] = []

    def create(venv: Path, python: str) -> None:
        (venv / "bin").mkdir(parents=True)
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


def test_an_old_python_is_refused_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 6))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"(?s)3\.11 or newer is needed.*is 3\.9\.6.*make PYTHON="):
        bootstrap.suitable_python()
