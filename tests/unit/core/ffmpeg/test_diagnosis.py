"""What a tool's last words mean."""

import pytest

from airflow_provider_media.core.ffmpeg.diagnosis import diagnose, scrubbed, summary

TRUNCATED = (
    "[mov,mp4,m4a,3gp,3g2,mj2 @ 0x7f1af9d5d040] [error] moov atom not found\n[in#0 @ 0x1] [error] Error opening input:"
    " Invalid data found"
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
        (
            1,
            "[h264 @ 0x5] [error] Picture size 8192x8192 exceeds specified max pixel count 35389440",
            "source_too_large",
        ),
        (
            244,
            "[x @ 0x5] [error] Number of streams exceeds max_streams parameter (64)\nCannot allocate memory",
            "source_too_large",
        ),
        (
            69,
            "[vist#0:0/h264 @ 0x1] [dec:h264 @ 0x2] [error] Decode error rate 0.6 exceeds maximum 0",
            "source_damaged",
        ),
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
        (
            244,
            "[h264_nvenc @ 0x1] [error] OpenEncodeSessionEx failed: out of memory (10)\n[fatal] Cannot allocate memory",
            "encoder_unavailable",
        ),
        (
            255,
            (
                "[hevc_vaapi @ 0x1] [error] Hardware does not support encoding at size 9000x9000\n"
                "[error] Could not open encoder before EOF"
            ),
            "encoder_unavailable",
        ),
        (183, "[h264_nvenc @ 0x1] [warning] slow\n[dec:h264 @ 0x2] [fatal] corrupt decoded frame", "source_damaged"),
    ],
)
def test_a_failure_of_ffmpeg_has_the_code_of_its_cause(returncode, stderr, code):
    assert diagnose(tool="ffmpeg", returncode=returncode, stderr=stderr).code == code


DECODER = "[aist#0:0/flac @ 0x5] [dec:flac @ 0x5]"
DAMAGED = [
    (
        183,
        (
            f"[flac @ 0x5] [error] invalid sync code\n{DECODER} [error] Decoding error: Invalid data found when"
            " processing input"
        ),
    ),
    (183, f"{DECODER} [error] Error processing packet in decoder: Invalid data found when processing input"),
    (
        183,
        (
            "[h264 @ 0x5] [error] Invalid NAL unit size (580 > 60).\n[h264 @ 0x5] [error] missing picture in access"
            " unit with size 64"
        ),
    ),
    (234, "[in#0/matroska,webm @ 0x5] [error] 0x00 at pos 20902 (0x51a6) invalid as first byte of an EBML number"),
    (234, "[in#0/mpegts @ 0x5] [warning] Packet corrupt (stream = 0, dts = 127920)."),
    (234, "[vost#2:0/gif @ 0x5] [enc:gif @ 0x5] [error] Could not open encoder before EOF"),
    (251, "[in#0/flv @ 0x5] [error] Error during demuxing: Input/output error"),
    (
        234,
        (
            "[mp4 @ 0x5] [error] dimensions not set\n[out#0/mp4 @ 0x5] [error] Could not write header (incorrect codec"
            " parameters ?)"
        ),
    ),
    (
        234,
        (
            "[mp4 @ 0x5] [error] Application provided invalid, non monotonically increasing dts to muxer in stream 0: 9"
            " >= 3"
        ),
    ),
    (234, "[matroska @ 0x5] [error] Can't write packet with unknown timestamp"),
    (
        183,
        (
            "[vist#0:0/h264 @ 0x5] [error] corrupt decoded frame\n[fc#0 @ 0x5] [error] Error while filtering: Invalid"
            " argument"
        ),
    ),
    (
        234,
        (
            "[vist#0:0/h264 @ 0x5] [error] x\n[vost#0:0/libx264 @ 0x5] [error] Error while opening encoder - maybe"
            " incorrect parameters"
        ),
    ),
    (1, "[in#0 @ 0x5] [error] Could not find codec parameters for stream 0 (Video: h264, none): unspecified size"),
    (1, "[h264 @ 0x5] [error] Picture size 0x0 is invalid"),
    (-11, "[h264 @ 0x5] [error] error while decoding MB 6 2, bytestream -5"),
    (139, "[dec:av1 @ 0x5] [error] Error submitting packet to decoder: Invalid data found when processing input"),
]


@pytest.mark.parametrize(("returncode", "stderr"), DAMAGED)
def test_a_damaged_source_is_source_damaged_wherever_it_fails(returncode, stderr):
    error = diagnose(tool="ffmpeg", returncode=returncode, stderr=stderr)
    assert (error.code, error.exit_code, error.retryable) == ("source_damaged", 3, False)
    assert "undamaged copy" in error.message


def test_diagnose_decoder_out_of_memory_blames_source_only_beside_damage():
    alone = "[vist#0:0/av1 @ 0x5] [dec:libdav1d @ 0x5] [error] Decoding error: Cannot allocate memory\n"
    consequence = "[vost#2:0/gif @ 0x5] [enc:gif @ 0x5] [error] Could not open encoder before EOF"
    damage = (
        "[in#0/matroska,webm @ 0x5] [error] Element at 0xcc7d ending at 0xb4b64 exceeds containing master element\n"
    )
    assert diagnose(tool="ffmpeg", returncode=234, stderr=alone + consequence).code == "resource_exhausted"
    assert diagnose(tool="ffmpeg", returncode=234, stderr=damage + alone + consequence).code == "source_damaged"


@pytest.mark.parametrize(
    "stderr",
    [
        "[vist#0:0/none @ 0x5] [error] Decoding requested, but no decoder found for: none",
        "[ist @ 0x5] [error] Decoder (codec atrac9) not found for input stream #0:1",
        (
            "[mp4 @ 0x5] [error] Could not find tag for codec wmv2 in stream #0, codec not currently supported in"
            " container"
        ),
    ],
)
def test_a_codec_that_nobody_decodes_is_source_unsuitable(stderr):
    error = diagnose(tool="ffmpeg", returncode=234, stderr=stderr)
    assert (error.code, error.exit_code) == ("source_unsuitable", 3)
    assert "convert it to H.264" in error.message


@pytest.mark.parametrize(
    "stderr",
    [
        "[fatal] Unrecognized option 'foo'.\n[fatal] Error splitting the argument list: Option not found",
        "[vost#0:0 @ 0x5] [fatal] Unknown encoder 'libx269'",
        "[AVFilterGraph @ 0x5] [error] No such filter: 'scal'",
        "[in#1 @ 0x5] [error] Error opening input: No such file or directory",
        "[libx264 @ 0x5] [error] Error setting option preset to value warp",
        "[fc#0 @ 0x5] [error] Error reinitializing filters!",
    ],
)
def test_a_wrong_command_is_encode_failed(stderr):
    assert diagnose(tool="ffmpeg", returncode=234, stderr=stderr).code == "encode_failed"


@pytest.mark.parametrize(
    "stderr",
    [
        "[concat @ 0x7f] [error] Format not on whitelist 'mov,matroska'",
        "[png_pipe @ 0x7f] [error] Format not on whitelist 'mov,matroska'",
        "[in#0 @ 0x5] [error] Error opening input: Invalid data found when processing input",
    ],
)
def test_a_refused_format_is_answered_with_the_accepted_ones(stderr):
    message = diagnose(tool="ffprobe", returncode=1, stderr=stderr).message
    assert "MP4/MOV, Matroska/WebM, MPEG-TS" in message
    assert "convert it" in message or "send the media file itself" in message


def test_our_own_mistake_is_never_blamed_on_the_source():
    stderr = "[h264 @ 0x1] [error] error while decoding MB 6 2\n[fatal] Error opening output files: Encoder not found"
    assert diagnose(tool="ffmpeg", returncode=1, stderr=stderr).code == "encode_failed"


def test_diagnose_packager_is_packaging_failed_unless_machine_lacks_resources():
    assert diagnose(tool="packager", returncode=1, stderr="E1122 packager.cc] bad stream").code == "packaging_failed"
    assert diagnose(tool="packager", returncode=-6, stderr="").code == "packaging_failed"
    assert diagnose(tool="packager", returncode=1, stderr="No space left on device").code == "resource_exhausted"


def test_diagnose_message_names_output_and_next_step():
    error = diagnose(tool="ffmpeg", returncode=183, stderr=TRUNCATED, name="mp4, 720p")
    assert error.message.startswith("mp4, 720p: ")
    assert "send it again" in error.message


def test_an_unknown_signal_still_makes_a_message():
    assert "signal 63" in diagnose(tool="ffmpeg", returncode=-63, stderr="").message


def test_paths_addresses_and_signed_urls_are_cut_out():
    said = (
        "[https @ 0x55d] [error] /home/anna/secret folder/x.mp4: https://u:pw@host/bucket/key?X-Amz-Signature=abc"
        " failed"
    )
    text = scrubbed(said)
    assert not any(word in text for word in ("anna", "0x55d", "pw", "host", "Signature", "[error]"))


def test_the_summary_is_the_first_grave_line_and_short():
    stderr = "[warning] deprecated pixel format\n[error] the true cause\n[error] a later one\nConversion failed!"
    assert summary(stderr) == "the true cause"
    assert len(summary("[error] " + "x" * 5000)) == 300
    assert summary("") == "it said nothing"
