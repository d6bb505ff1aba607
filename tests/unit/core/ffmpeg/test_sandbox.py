"""The enclosure: what a tool sees, and what it does not."""

import resource
from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.errors import ToolMissing
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import FORMATS, INPUT_GUARDS, enclose, input_guards

BWRAP = Path("/usr/bin/bwrap")


def launch(tmp_path, *, bubblewrap=BWRAP, source=None, **options):
    return enclose(
        ("/opt/ffmpeg", "-i", "file:source"),
        directory=tmp_path,
        source=source,
        limits=Limits(),
        bubblewrap=bubblewrap,
        **options,
    )


def test_sandbox_has_no_network_no_environment_and_dies_with_parent(tmp_path):
    argv = launch(tmp_path).argv
    assert {"--unshare-all", "--die-with-parent", "--new-session", "--clearenv"} <= set(argv)
    assert argv[-3:] == ("/opt/ffmpeg", "-i", "file:source")


def test_only_the_commands_own_directory_can_be_written_to(tmp_path):
    argv = launch(tmp_path, source=tmp_path / "film.mp4").argv
    assert [argv[i + 1 : i + 3] for i, word in enumerate(argv) if word == "--bind"] == [(str(tmp_path), "/w")]


def test_sandbox_mounts_source_read_only_under_neutral_name(tmp_path):
    film = tmp_path / "-i http:evil.mp4"
    argv = launch(tmp_path, source=film).argv
    at = argv.index(str(film))
    assert (argv[at - 1], argv[at + 1]) == ("--ro-bind", "/w/source")


def test_without_bubblewrap_the_command_is_as_it_was(tmp_path):
    bare = launch(tmp_path, bubblewrap=None)
    assert bare.argv == ("/opt/ffmpeg", "-i", "file:source")
    assert not bare.enclosed


def test_a_required_sandbox_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ToolMissing, match="install the package bubblewrap"):
        launch(tmp_path, bubblewrap=None, require_sandbox=True)


def test_sandbox_limits_memory_file_size_open_files_and_core_dumps(tmp_path):
    limits = dict(launch(tmp_path).limits)
    assert limits[resource.RLIMIT_AS] == Limits().memory
    assert limits[resource.RLIMIT_FSIZE] == Limits().output_bytes
    assert limits[resource.RLIMIT_CORE] == 0
    assert limits[resource.RLIMIT_NOFILE] >= 64


def test_formats_that_open_other_files_are_not_on_the_list():
    assert not {"hls", "concat", "dash", "sdp", "imf", "image2", "tty", "svg_pipe", "rtsp"} & set(FORMATS.split(","))


def test_input_guards_are_option_value_pairs_and_follow_limits():
    assert len(INPUT_GUARDS) % 2 == 0
    assert all(option.startswith("-") for option in INPUT_GUARDS[::2])
    assert INPUT_GUARDS[INPUT_GUARDS.index("-protocol_whitelist") + 1] == "file"
    guards = input_guards(Limits(pixels=100, streams=3))
    assert (guards[guards.index("-max_pixels") + 1], guards[guards.index("-max_streams") + 1]) == ("100", "3")


def test_devices_are_shown_over_the_sandboxs_own_dev(tmp_path):
    argv = launch(tmp_path, hardware=["vaapi"]).argv
    assert argv.index("--dev") < argv.index("/sys/dev/char") < argv.index("/opt/ffmpeg")
    assert "/sys/dev/char" not in launch(tmp_path).argv
