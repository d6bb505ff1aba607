"""Options of hardware encoders."""

import re
import subprocess
from itertools import pairwise

import pytest

from airflow_provider_media.core.ffmpeg.encoders import VideoEncoding
from airflow_provider_media.core.ffmpeg.hardware import device_options, hardware_encode, hardware_options
from airflow_provider_media.core.outputs.video import HARDWARE_CODECS
from tests.media import ffmpeg

MADE = [(encoder, codec) for encoder, codecs in HARDWARE_CODECS.items() for codec in codecs]
CAPPED, AVERAGE = {"max_bitrate": 4_000_000}, {"crf": None, "bitrate": 2_000_000, "max_bitrate": 3_000_000}
GENERIC = {"c:v", "g", "bf", "b:v", "maxrate", "bufsize", "profile:v", "flags:v", "global_quality", "compression_level"}
"""Options of every encoder in libavcodec."""


def encoding(codec, **facts):
    ordinary = {"speed": "medium", "crf": 22, "bitrate": None, "max_bitrate": None, "gop_frames": 50}
    return VideoEncoding(codec=codec, **{**ordinary, **facts})


EXPECTED = {
    "nvenc": {
        "c:v": "h264_nvenc",
        "g": "50",
        "profile:v": "high",
        "preset": "p4",
        "tune": "hq",
        "rc": "vbr",
        "cq": "22",
        "b:v": "0",
        "no-scenecut": "1",
        "forced-idr": "1",
    },
    "qsv": {
        "c:v": "h264_qsv",
        "g": "50",
        "profile:v": "high",
        "preset": "medium",
        "flags:v": "+cgop",
        "adaptive_i": "0",
        "forced_idr": "1",
        "idr_interval": "0",
        "global_quality": "22",
    },
    "vaapi": {
        "c:v": "h264_vaapi",
        "g": "50",
        "profile:v": "high",
        "compression_level": "4",
        "idr_interval": "0",
        "global_quality": "22",
    },
    "videotoolbox": {
        "c:v": "h264_videotoolbox",
        "g": "50",
        "profile:v": "high",
        "allow_sw": "0",
        "prio_speed": "0",
        "flags:v": "+cgop",
        "q:v": "66",
    },
}


@pytest.mark.parametrize("encoder", EXPECTED)
def test_h264_of_constant_quality_has_exactly_these_options(encoder):
    assert hardware_options(encoding("h264"), encoder) == EXPECTED[encoder]


@pytest.mark.parametrize(
    ("encoder", "codec", "quality"),
    [
        ("nvenc", "h265", {"cq": "22", "b:v": "0"}),
        ("nvenc", "av1", {"cq": "22", "b:v": "0"}),
        ("qsv", "av1", {"global_quality": "18"}),
        ("vaapi", "h265", {"global_quality": "22"}),
        ("vaapi", "av1", {"global_quality": "88", "rc_mode": "CQP"}),
        ("videotoolbox", "h265", {"q:v": "70"}),
    ],
)
def test_crf_becomes_the_encoders_own_scale(encoder, codec, quality):
    assert quality.items() <= hardware_options(encoding(codec), encoder).items()


@pytest.mark.parametrize(("encoder", "codec"), MADE)
def test_crf_zero_is_never_the_automatic_quality(encoder, codec):
    made = hardware_options(encoding(codec, crf=0), encoder)
    assert all(made.get(name, "1") != "0" for name in ("cq", "global_quality", "q:v"))


@pytest.mark.parametrize(("encoder", "codec"), MADE)
def test_ceiling_has_a_buffer_of_two_seconds(encoder, codec):
    for rate in (CAPPED, AVERAGE):
        made = hardware_options(encoding(codec, **rate), encoder)
        assert made["bufsize"] == str(2 * int(made["maxrate"]))
        assert int(made["maxrate"]) == rate["max_bitrate"]


@pytest.mark.parametrize("encoder", ["qsv", "vaapi"])
def test_capped_quality_is_qvbr_below_its_ceiling(encoder):
    made = hardware_options(encoding("h264", **CAPPED), encoder)
    assert (made["global_quality"], made["b:v"]) == ("22", "3000000")
    assert encoder == "qsv" or made["rc_mode"] == "QVBR"


@pytest.mark.parametrize(("encoder", "codec"), MADE)
def test_average_bitrate_has_no_quality(encoder, codec):
    made = hardware_options(encoding(codec, **AVERAGE), encoder)
    assert made["b:v"] == "2000000"
    assert not {"cq", "global_quality", "q:v", "crf"} & made.keys()


@pytest.mark.parametrize(("encoder", "codec"), MADE)
def test_b_frames_are_off_where_the_plan_has_none(encoder, codec):
    assert hardware_options(encoding(codec, b_frames=False), encoder)["bf"] == "0"
    assert "bf" not in hardware_options(encoding(codec), encoder)


@pytest.mark.parametrize("encoder", HARDWARE_CODECS)
def test_ten_bits_of_h265_are_main10_from_p010(encoder):
    ten_bit = encoding("h265", ten_bit=True)
    assert hardware_options(ten_bit, encoder)["profile:v"] == "main10"
    assert "format=p010le" in " ".join(hardware_encode(ten_bit, encoder, "a.mp4").test_arguments)


def test_devices_are_opened_once_each_and_in_one_order():
    assert device_options(["vaapi", "qsv", "vaapi"]) == device_options(["qsv", "vaapi"])
    assert device_options(["nvenc", "videotoolbox"]) == ()


@pytest.mark.parametrize("encoder", HARDWARE_CODECS)
def test_test_encode_has_the_options_of_the_encode(encoder):
    wanted = encoding("h264", **CAPPED)
    arguments = hardware_encode(wanted, encoder, "a.mp4").test_arguments
    pairs = set(pairwise(arguments))
    assert {(f"-{name}", value) for name, value in hardware_options(wanted, encoder).items()} <= pairs
    assert ("hwupload" in " ".join(arguments)) == (encoder == "vaapi")


@pytest.mark.parametrize(("encoder", "codec"), [pair for pair in MADE if pair[0] != "videotoolbox"])
def test_ffmpeg_knows_every_option(encoder, codec):
    used = [hardware_options(encoding(codec, **rate), encoder) for rate in ({}, CAPPED, AVERAGE)]
    name = used[0]["c:v"]
    asked = [ffmpeg(), "-hide_banner", "-h", f"encoder={name}"]
    told = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    if "is not recognized" in told:
        pytest.skip(f"this ffmpeg has no {name}")
    known = set(re.findall(r"^  -(\S+)", told, re.MULTILINE))
    assert {option for made in used for option in made} - GENERIC <= known
