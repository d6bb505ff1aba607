"""Hardware encoders on a machine without such a device: software in their place, or an error with the next step."""

from pathlib import Path

import pytest

from airflow_provider_media.core.ffmpeg.devices import has_device
from airflow_provider_media.core.media.hardware import HARDWARE_ENCODERS
from tests.jobs import run_job
from tests.media import clip

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(any(map(has_device, HARDWARE_ENCODERS)), reason="this machine has a device"),
]


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return clip(tmp_path_factory.mktemp("source") / "a.mp4", width=320, height=180, seconds=1.0)


def test_auto_without_device_makes_the_outputs_by_software(source, tmp_path):
    rung = {"short_side": 90, "max_bitrate": 200_000}
    fast = {"encoder": "auto", "speed": "fastest"}
    outputs = {
        "mp4": {"kind": "transcode", "video": fast},
        "plain": {"kind": "transcode", "video": {"speed": "fastest"}},
        "hls": {"kind": "ladder", "renditions": [rung], **fast},
    }
    done = run_job(source, tmp_path, outputs)
    assert done.error is None
    facts = {made.output: made.facts for made in done.manifest.outputs if made.file.endswith(".mp4")}
    assert (facts["mp4"]["encoder"], "encoder" in facts["plain"]) == ("software", False)
    assert done.files("hls", ".m3u8")
    assert not any("encode" in warning for warning in done.manifest.warnings)


@pytest.mark.parametrize("encoder", HARDWARE_ENCODERS)
def test_named_encoder_without_device_fails_the_job(encoder, source, tmp_path):
    done = run_job(source, tmp_path, {"mp4": {"kind": "transcode", "video": {"encoder": encoder}}})
    assert done.code == "encoder_unavailable"
    assert "[media] queue" in done.error.message


def test_optional_output_of_a_named_encoder_is_left_out(source, tmp_path):
    outputs = {
        "mp4": {"kind": "transcode", "video": {"speed": "fastest"}},
        "gpu": {"kind": "transcode", "required": False, "video": {"encoder": "nvenc"}},
    }
    done = run_job(source, tmp_path, outputs)
    assert (bool(done.files("mp4")), done.files("gpu")) == (True, [])
    assert [failed["code"] for failed in done.manifest.failed] == ["encoder_unavailable"]
