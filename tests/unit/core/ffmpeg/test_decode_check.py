"""What the log of an encode tells of a source whose full decode was deferred."""

import pytest

from airflow_provider_media.core.ffmpeg.decode_check import DecodeCheck
from airflow_provider_media.core.plans import ExpectedDecode

COUNTS = (
    "[in#0/mov,mp4,m4a,3gp,3g2,mj2 @ 0x55] [verbose]   Input stream #0:{stream} (video): {packets} packets read (64428"
    " bytes); {frames} frames decoded; {errors} decode errors; "
)


def counts(stream=0, packets=50, frames=50, errors=0, file=0):
    return COUNTS.format(stream=stream, packets=packets, frames=frames, errors=errors).replace("#0:", f"#{file}:")


EXPECTED = ExpectedDecode(stream=0, frames=50, start=0.0, duration=2.0)


def is_passed(*lines):
    check = DecodeCheck(EXPECTED)
    for line in lines:
        check.read(line)
    return check.is_passed


def test_decode_check_frame_for_each_packet_passes():
    assert is_passed("[libx264 @ 0x55] [info] frame I:2", counts(), counts(stream=1, packets=3, frames=0))


@pytest.mark.parametrize("other", [{"packets": 49}, {"frames": 49}, {"errors": 1}, {"stream": 2}, {"file": 1}])
def test_decode_check_other_counts_do_not_pass(other):
    assert not is_passed(counts(**other))


def test_decode_check_log_without_counts_does_not_pass():
    assert not is_passed()


@pytest.mark.parametrize(
    "line",
    [
        "[h264 @ 0x55] [error] error while decoding MB 0 44, bytestream 118",
        "[vist#0:0/h264 @ 0x55] [dec:h264 @ 0x56] [warning] corrupt decoded frame",
        "[in#0/mov,mp4 @ 0x55] [warning] corrupt input packet in stream 0",
        "[fc#0 @ 0x55] [warning] Changing video frame properties on the fly is not supported by all filters",
    ],
)
def test_decode_check_complaint_does_not_pass(line):
    assert not is_passed(line, counts())


def test_decode_check_keeps_errors_and_drops_verbose_lines():
    check = DecodeCheck(EXPECTED)
    lines = [
        "[out#0/mp4 @ 0x55] [error] No space left on device",
        "[verbose] Exiting",
        "[libx264 @ 0x5] [info] kb/s:924",
        "bwrap: no",
        counts(),
    ]
    assert [check.read(line) for line in lines] == [True, False, False, True, False]
