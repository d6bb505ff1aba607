"""What an encode says of a source whose video was foretold."""

import pytest

from airflow_provider_media.core.ffmpeg.watching import SourceWatch
from airflow_provider_media.core.plans import Watch

COUNTS = (
    "[in#0/mov,mp4,m4a,3gp,3g2,mj2 @ 0x55] [verbose]   Input stream #0:{stream} (video): {packets} packets read (64428 bytes); {frames}"
    " frames decoded; {errors} decode errors; "
)


def counts(stream=0, packets=50, frames=50, errors=0, file=0):
    return COUNTS.format(stream=stream, packets=packets, frames=frames, errors=errors).replace("#0:", f"#{file}:")


def heard(*lines):
    watch = SourceWatch(Watch(stream=0, frames=50))
    for line in lines:
        watch.read(line)
    return watch.confirmed


def test_frame_for_each_packet_confirms_what_was_foretold():
    assert heard("[libx264 @ 0x55] [info] frame I:2", counts(), counts(stream=1, packets=3, frames=0))


@pytest.mark.parametrize("other", [{"packets": 49}, {"frames": 49}, {"errors": 1}, {"stream": 2}, {"file": 1}])
def test_other_counts_confirm_nothing(other):
    assert not heard(counts(**other))


def test_encode_that_counts_nothing_confirms_nothing():
    assert not heard()


@pytest.mark.parametrize(
    "line",
    [
        "[h264 @ 0x55] [error] error while decoding MB 0 44, bytestream 118",
        "[vist#0:0/h264 @ 0x55] [dec:h264 @ 0x56] [warning] corrupt decoded frame",
        "[in#0/mov,mp4 @ 0x55] [warning] corrupt input packet in stream 0",
        "[fc#0 @ 0x55] [warning] Changing video frame properties on the fly is not supported by all filters",
    ],
)
def test_complaint_leaves_doubt(line):
    assert not heard(line, counts())


def test_errors_are_told_without_the_chatter():
    watch = SourceWatch(Watch(stream=0, frames=50))
    lines = [
        "[out#0/mp4 @ 0x55] [error] No space left on device",
        "[verbose] Exiting",
        "[libx264 @ 0x5] [info] kb/s:924",
        "bwrap: no",
        counts(),
    ]
    assert [watch.read(line) for line in lines] == [True, False, False, True, False]
