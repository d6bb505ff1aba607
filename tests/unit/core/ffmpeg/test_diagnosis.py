"""What a tool's last words mean."""

import pytest

from airflow_provider_media.core.ffmpeg.diagnosis import diagnose, scrubbed, summary

TRUNCATED = (
    "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x7f1af9d5d040] [error] moov atom not found\n[in#0 @ 0x1] [error] Error opening input: Invalid data found"
)


@pytest.mark.parametrize(
    ("returncode", "stderr", "code"),
    [
        (183, TRUNCATED, "source_truncated"),
        (1, "[mov @ 0x7e] [error] stream 1, offset 0x1482d: partial file", "source_truncated"),
        (1, "[concat @ 0x7f] [error] Format not on whitelist 'mov,matroska'", "source_is_reference"),
        (1, "[svg_pipe @ 0x7f] [error] Format not on whitelist 'mov,matroska'", "source_is_reference"),
        (1, "[rtp @ 0x54] [error] Protocol 'rtp' not on whitelist 'file'!", "source_is_reference"),
        (1, "[png_pipe @ 0x7f] [error] Format not on whitelist 'mov,matroska'", "source_not_media"),
        (183, "[in#0 @ 0x5] [error] Error opening input: Invalid data found when processing input", "source_not_media"),
        (1, "[h264 @ 0x5] [error] Picture size 8192x8192 exceeds specified max pixel count 35389440", "source_too_large"),
        (244, "[x @ 0x5] [error] Number of streams exceeds max_streams parameter (64)\nCannot allocate memory", "source_too_large"),
        (69, "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [error] Decode error rate 0.6 exceeds maximum 0", "source_damaged"),
        (183, "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [fatal] corrupt decoded frame", "source_damaged"),
        (228, "[out#0/mp4 @ 0x1] [error] Error writing trailer: No space left on device", "resource_exhausted"),
        (228, "", "resource_exhausted"),
        (244, "", "resource_exhausted"),
        (1, "x264 [error]: malloc of size 47198016 failed", "resource_exhausted"),
        (-9, "", "resource_exhausted"),
        (137, "", "resource_exhausted"),
        (-24, "", "resource_exhausted"),
        (153, "", "resource_exhausted"),
        (-11, "", "encode_failed"),
        (139, "", "encode_failed"),
        (8, "[fatal] Unrecognized option 'foo'.", "encode_failed"),
        (1, "", "encode_failed"),
    ],
)
def test_a_failure_of_ffmpeg_has_the_code_of_its_cause(returncode, stderr, code):
    assert diagnose(tool="ffmpeg", returncode=returncode, stderr=stderr).code == code


def test_our_own_mistake_is_never_blamed_on_the_source():
    stderr = "[h264 @ 0x1] [error] error while decoding MB 6 2\n[fatal] Error opening output files: Encoder not found"
    assert diagnose(tool="ffmpeg", returncode=1, stderr=stderr).code == "encode_failed"


def test_the_packager_has_a_code_of_its_own_except_where_the_machine_is_to_blame():
    assert diagnose(tool="packager", returncode=1, stderr="E1122 packager.cc] bad stream").code == "packaging_failed"
    assert diagnose(tool="packager", returncode=-6, stderr="").code == "packaging_failed"
    assert diagnose(tool="packager", returncode=1, stderr="No space left on device").code == "resource_exhausted"


def test_the_message_says_what_was_being_worked_on_and_what_to_do():
    error = diagnose(tool="ffmpeg", returncode=183, stderr=TRUNCATED, name="mp4, 720p")
    assert error.message.startswith("mp4, 720p: ")
    assert "send it again" in error.message


def test_an_unknown_signal_still_makes_a_message():
    assert "signal 63" in diagnose(tool="ffmpeg", returncode=-63, stderr="").message


def test_paths_addresses_and_signed_urls_are_cut_out():
    said = "[https @ 0x55d] [error] /home/anna/secret folder/x.mp4: https://u:pw@host/bucket/key?X-Amz-Signature=abc failed"
    text = scrubbed(said)
    assert not any(word in text for word in ("anna", "0x55d", "pw", "host", "Signature", "[error]"))


def test_the_summary_is_the_first_grave_line_and_short():
    stderr = "[warning] deprecated pixel format\n[error] the true cause\n[error] a later one\nConversion failed!"
    assert summary(stderr) == "the true cause"
    assert len(summary("[error] " + "x" * 5000)) == 300
    assert summary("") == "it said nothing"
