"""Sources whose full decode may be left to their encode."""

from dataclasses import replace
from fractions import Fraction

import pytest

from airflow_provider_media.core.media.deferral import deferrable_video, has_uniform_keyframes
from airflow_provider_media.core.media.info import PictureFormat
from airflow_provider_media.core.media.keyframes import KeyframeScan
from airflow_provider_media.core.media.packets import StreamPackets
from airflow_provider_media.core.media.stream_log import StreamLog
from tests.planned import audio, media, video

WIDE = PictureFormat(width=1920, height=1080, pixel_format="yuv420p", sample_aspect_ratio=Fraction(1))


def packets(*flags):
    read = StreamPackets(timed=True)
    for number, flag in enumerate(flags):
        read.add(number, 1, 100, flag)
    return read


def deferrable(*streams, form="matroska,webm", read=None, said=""):
    return deferrable_video(media(*streams, form=form), {0: read or packets("K__", "___", "K__")}, said)


def keyframes(*formats, interlaced=0):
    scan = KeyframeScan(interlaced=interlaced, count=len(formats))
    scan.formats.update(formats)
    return scan


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("form", ["matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2"])
def test_deferrable_video_plain_film_found(codec, form):
    assert deferrable(video(codec=codec), audio(), form=form) == video(codec=codec)


@pytest.mark.parametrize(
    "other",
    [{"codec": "vp9"}, {"codec": "mpeg4"}, {"field_order": "top_first"}, {"disposition": ("multilayer",)}],
)
def test_deferrable_video_other_video_refused(other):
    assert deferrable(video(**other)) is None


def test_deferrable_video_two_videos_refused():
    assert deferrable(video(), video(index=2)) is None


@pytest.mark.parametrize("form", ["mpegts", "avi", "mpeg", "flv"])
def test_deferrable_video_format_without_exact_times_refused(form):
    assert deferrable(form=form) is None


@pytest.mark.parametrize("flags", [("___", "K__"), ("K__", "_D_"), ("K__", "__C")])
def test_deferrable_video_odd_packets_refused(flags):
    assert deferrable(read=packets(*flags)) is None


def test_deferrable_video_ffprobe_warning_refused():
    assert deferrable(said="[matroska,webm @ 0x55] [warning] Unknown-sized element") is None


def test_uniform_keyframes_of_one_format_accepted():
    assert has_uniform_keyframes(keyframes(WIDE, WIDE), packets("K__", "___", "K__"))


@pytest.mark.parametrize(
    "scan",
    [
        keyframes(WIDE),
        keyframes(WIDE, replace(WIDE, width=1280)),
        keyframes(WIDE, WIDE, interlaced=1),
    ],
    ids=["one cannot be decoded", "two sizes", "interlaced"],
)
def test_uniform_keyframes_other_keyframes_refused(scan):
    assert not has_uniform_keyframes(scan, packets("K__", "___", "K__"))


def test_deferred_stream_log_counts_packets_in_presentation_order():
    log = StreamLog(kind="video", time_base=Fraction(1, 1000), is_deferred=True)
    times = [0, 160, 80, 40, 120, *range(200, 4000, 40)]
    for time in times:
        log.packet(time, 40)
    log.finish()
    assert (log.frames.count, log.frames.first, log.frames.last, log.frames.end) == (len(times), 0, 3960, 4000)
    assert log.frames.intervals == {40: len(times) - 1}
    assert (log.missing, log.late, log.shortest_motion) == (0, 0, 320)


def test_deferred_stream_log_two_packets_of_one_time_counted_late():
    log = StreamLog(kind="video", time_base=Fraction(1, 1000), is_deferred=True)
    for time in (0, 40, 40, 80):
        log.packet(time, 40)
    log.finish()
    assert log.late == 1
