"""Finding the tools: which one wins, which are refused, and what people are told."""

import stat
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg import toolchain
from airflow_provider_media.core.ffmpeg.errors import ToolMissing
from airflow_provider_media.core.ffmpeg.toolchain import find_toolchain, is_safe


def tool(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in ("MEDIA_FFMPEG", "MEDIA_FFPROBE", "MEDIA_PACKAGER"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ("n9.0.2-17-g2a571b6068-20260930", True),
        ("8.2", True),
        ("8.1.2", True),
        ("8.1.1", False),
        ("8.1", False),
        ("8.0.3", True),
        ("8.0.2", False),
        ("7.1.5-0+deb13u1", True),
        ("7.1.4", False),
        ("7.0.9", False),
        ("5.1.9-0+deb12u1", False),
        ("10.0", True),
        ("N-118000-g0123abc", False),
        ("2026-10-01-git-0123abc", False),
    ],
)
def test_is_safe_version_only_from_patch_fixing_vulnerability(version, safe):
    assert is_safe(version) is safe


def test_find_toolchain_finds_tools_of_pip_with_their_versions():
    tools = find_toolchain()
    assert is_safe(tools.ffmpeg_version)
    assert is_safe(tools.ffprobe_version)
    assert tools.packager.is_file()
    assert tools.identity == f"ffmpeg {tools.ffmpeg_version} packager {tools.packager_version}"


def test_looking_twice_starts_no_process_twice():
    assert find_toolchain() is find_toolchain()


def test_find_toolchain_prefers_explicit_path_then_environment_then_pip(tmp_path, monkeypatch):
    named = tool(tmp_path / "named", "ffmpeg version 8.1.5")
    in_environment = tool(tmp_path / "in_environment", "ffmpeg version 8.1.4")
    monkeypatch.setenv("MEDIA_FFMPEG", str(in_environment))
    assert find_toolchain().ffmpeg == in_environment
    assert find_toolchain(ffmpeg=named).ffmpeg_version == "8.1.5"


def test_a_packager_of_ones_own_tells_its_own_version(tmp_path):
    assert (
        find_toolchain(packager=tool(tmp_path / "packager", "packager version v3.8.0-75b2faf")).packager_version
        == "3.8.0-75b2faf"
    )


def test_find_toolchain_refuses_old_ffmpeg_and_names_required_version(tmp_path):
    old = tool(tmp_path / "ffmpeg", "ffmpeg version 5.1.9-0+deb12u1 Copyright")
    with pytest.raises(ToolMissing, match=r"5\.1\.9.*refused.*8\.1\.2 or newer"):
        find_toolchain(ffmpeg=old)
    assert find_toolchain(ffmpeg=old, allow_old=True).ffmpeg_version == "5.1.9-0+deb12u1"


def test_find_toolchain_path_without_tool_is_error_naming_setting(tmp_path):
    with pytest.raises(ToolMissing, match=r"MEDIA_FFPROBE"):
        find_toolchain(ffprobe=tmp_path / "missing")


def test_a_program_that_is_no_ffmpeg_is_refused(tmp_path):
    with pytest.raises(ToolMissing, match="does not tell its version"):
        find_toolchain(ffmpeg=tool(tmp_path / "ffmpeg", "hello"))


def test_a_bubblewrap_that_may_not_isolate_here_is_not_used(tmp_path, monkeypatch):
    forbidden = tmp_path / "bwrap"
    forbidden.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    # Another packager, so that the answer of an earlier search is not remembered.
    assert find_toolchain(packager=tool(tmp_path / "packager", "packager version v1")).bubblewrap is None


@pytest.mark.parametrize(
    ("script", "found"), [("(sleep 2; kill -CONT $$) & kill -STOP $$", True), ("sleep 1000", False)]
)
def test_find_toolchain_finds_tool_paused_by_machine_but_not_hanging(tmp_path, monkeypatch, script, found):
    monkeypatch.setattr(toolchain, "_ANSWER_SECONDS", 0.5)
    slow = tool(tmp_path / "packager", "packager version v7")
    slow.write_text(slow.read_text().replace("echo", f"{script}\necho"))
    if found:
        assert find_toolchain(packager=slow).packager_version == "7"
    else:
        with pytest.raises(ToolMissing, match="does not run"):
            find_toolchain(packager=slow)
