"""Choice of the command that a worker runs, with the real ffmpeg."""

import pytest

from airflow_provider_media.core.execution.device_choice import _refusal, choose_command
from airflow_provider_media.core.ffmpeg.encoders import VideoEncoding
from airflow_provider_media.core.ffmpeg.errors import Cancelled, EncoderUnavailable
from airflow_provider_media.core.ffmpeg.hardware import hardware_encode
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.jobs.model import Engine
from airflow_provider_media.core.plans import Command, HardwareEncode
from airflow_provider_media.core.storage.registry import storages
from tests.jobs import tools

ENCODING = VideoEncoding(codec="h264", speed="fastest", crf=22, bitrate=None, max_bitrate=None, gop_frames=50)
GENERATED = ("-f", "lavfi", "-i", "testsrc2=size=256x144", "-frames:v", "2", "-c:v", "libx264", "-f", "null", "-")
NODES = {"nvenc": "nvidia0", "qsv": "dri/renderD128", "vaapi": "dri/renderD128"}


def engine(tmp_path, **fields):
    return Engine(toolchain=tools(), storages=storages(), limits=Limits(), directory=tmp_path, **fields)


def devices(tmp_path, *encoders):
    """A folder of device nodes that belong to no device."""
    folder = tmp_path / "dev"
    folder.mkdir()
    for node in {NODES[encoder] for encoder in encoders}:
        (folder / node).parent.mkdir(exist_ok=True)
        (folder / node).touch()
    return folder


def by(encoder):
    """A command whose test encode really asks the encoder for frames."""
    return Command(arguments=(encoder,), hardware=(hardware_encode(ENCODING, encoder, "a.mp4"),))


def working(encoder, *, file="a.mp4"):
    """A command whose test encode succeeds on every machine."""
    return Command(
        arguments=(encoder,), hardware=(HardwareEncode(encoder=encoder, file=file, test_arguments=GENERATED),)
    )


def software(*alternatives):
    return Command(arguments=("software",), alternatives=alternatives)


def test_command_without_hardware_is_taken_as_it_is(tmp_path):
    chosen = choose_command(software(), engine(tmp_path), name="mp4")
    assert (chosen.command, chosen.encoders, chosen.warnings) == (software(), {}, ())


@pytest.mark.parametrize("encoder", NODES)
def test_refused_device_falls_back_to_software_with_a_warning(encoder, tmp_path):
    folder = devices(tmp_path, encoder)
    chosen = choose_command(software(by(encoder)), engine(tmp_path), name="mp4", devices=folder)
    assert chosen.command.arguments == ("software",)
    assert chosen.encoders == {"a.mp4": "software"}
    (warning,) = chosen.warnings
    assert warning.startswith(f"mp4: software encodes, because {encoder} refuses a test encode (")


def test_auto_without_any_device_takes_software_quietly(tmp_path):
    planned = software(*map(by, NODES))
    chosen = choose_command(planned, engine(tmp_path), name="mp4", devices=devices(tmp_path))
    assert (chosen.command, chosen.warnings) == (planned, ())


@pytest.mark.parametrize("encoder", ["nvenc", "qsv", "vaapi", "videotoolbox"])
def test_named_encoder_without_device_is_an_error_with_next_step(encoder, tmp_path):
    with pytest.raises(EncoderUnavailable) as raised:
        choose_command(by(encoder), engine(tmp_path), name="mp4")
    assert raised.value.code == "encoder_unavailable"
    assert raised.value.message.startswith(f"mp4: {encoder} refuses a test encode (")
    assert "[media] queue" in raised.value.message
    assert "encoder: auto" in raised.value.message


def test_first_alternative_that_works_is_taken_without_warning(tmp_path):
    folder = devices(tmp_path, "nvenc", "qsv")
    planned = software(by("nvenc"), working("qsv"), working("vaapi"))
    chosen = choose_command(planned, engine(tmp_path), name="mp4", devices=folder)
    assert chosen.command == working("qsv")
    assert (chosen.encoders, chosen.warnings) == ({"a.mp4": "qsv"}, ())


def test_alternative_needs_every_one_of_its_test_encodes(tmp_path):
    both = Command(arguments=("both",), hardware=(*working("qsv").hardware, *by("qsv").hardware))
    chosen = choose_command(software(both), engine(tmp_path), name="mp4", devices=devices(tmp_path, "qsv"))
    assert chosen.command.arguments == ("software",)


def test_equal_test_encodes_of_two_files_run_once(tmp_path):
    before = _refusal.cache_info().misses
    once = ("-f", "lavfi", "-i", "color=size=128x128", "-frames:v", "1", "-f", "null", "-")
    encodes = [HardwareEncode(encoder="qsv", file=file, test_arguments=once) for file in ("a.mp4", "b.mp4")]
    for _ in range(2):
        choose_command(Command(arguments=("qsv",), hardware=tuple(encodes)), engine(tmp_path), name="mp4")
    assert _refusal.cache_info().misses == before + 1


def test_cancelled_work_tries_no_device(tmp_path):
    with pytest.raises(Cancelled):
        choose_command(working("qsv"), engine(tmp_path, cancelled=lambda: True), name="mp4")
